import { clientFileKey, isEnabled, titleOf } from './client-files.ts';
import { type Fragment, poolPath } from './fragment.ts';
import type { PublishedHead } from './state-text.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}' +
  'table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d0d7de;vertical-align:top}' +
  'code,pre{font:13px/1.5 ui-monospace,monospace}td code{word-break:break-all}pre{background:#f6f8fa;padding:.8rem;overflow:auto}' +
  'td:nth-child(-n+3){white-space:nowrap}' +
  '.r{text-align:right;white-space:nowrap}';

/** A repository on the page of its path. */
export interface PageSection {
  readonly head: PublishedHead;
  readonly count: number;
  /** Rows of all packages; of many, the pages that hold them. */
  readonly packages: string | readonly PackagePage[];
  /** Newest first, the one that is shown among them. */
  readonly snapshots: readonly ShownSnapshot[];
}

/** When a snapshot was shown first, ISO 8601 to the minute. */
export interface ShownSnapshot {
  readonly snapshot: string;
  readonly since: string;
}

/** Days for which the snapshots of what is on the way, or of one product, stay on the page; production's stay for good. */
const LISTED_DAYS = 30;

/**
 * The snapshots of a repository that its page lists, and the one that is shown now. The page itself is what remembers
 * them, so that nothing else need be read and written for it.
 * @param page that is served; undefined when there is none
 */
export function snapshotsOn(page: string | undefined, head: PublishedHead, now: Date): readonly ShownSnapshot[] {
  const id = head.id.replace(/[.+]/g, '\\$&');
  const rows = new RegExp(`<tr data-of="${id}"><td>([^<]*)</td>.*?<code>([0-9a-f]{64})</code>`, 'g');
  const known = [...(page ?? '').matchAll(rows)].map(([, since = '', snapshot = '']) => ({ since, snapshot }));
  const others = known.filter(({ snapshot }) => snapshot !== head.snapshot);
  const oldest = new Date(now.getTime() - LISTED_DAYS * 86_400_000).toISOString();
  const lasting = head.area === 'production' || head.area === 'candidate';
  const [shown = { snapshot: head.snapshot, since: now.toISOString().slice(0, 16) }] =
    known[0]?.snapshot === head.snapshot ? known : [];
  return [shown, ...others.filter(({ since }) => lasting || since > oldest)];
}

/** Some packages of a repository, on a page of their own under a name that says what it holds. */
export interface PackagePage {
  /** Below the repository's path. */
  readonly key: string;
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

/**
 * The page of one path for people: what is there and how to enable it. apt's suites share a path and so a page. Holds no
 * date, so that an unchanged repository has an unchanged page.
 */
export function renderIndexPage(sections: readonly PageSection[], publicUrl: string): string {
  const [first] = sections as readonly [PageSection, ...PageSection[]];
  return page(first.head.path, sections.map((one) => section(one, publicUrl)).join(''));
}

export function renderPackagePage(rows: string): string {
  return page('Packages', `<base href="../">\n${table(rows)}`);
}

/** The page at the public URL: every repository by area. */
export function renderOverview(
  repositories: readonly { readonly head: PublishedHead; readonly count: number }[],
): string {
  const rows = repositories.map(
    ({ head: { path, area, suite, os, arch, ...rest }, count }) =>
      `<tr><td><a href="${html(path)}/index.html">${html(titleOf({ area, ...rest }))}</a></td><td>${html(os)} ${html(arch)}</td><td>${html(suite ?? '')}</td><td class="r">${count}</td></tr>\n`,
  );
  return page(
    'Repositories',
    `<table><thead><tr><th>repository</th><th>platform</th><th>suite</th><th class="r">packages</th></tr></thead>\n<tbody>\n${rows.join('')}</tbody></table>`,
  );
}

function section({ head, count, packages, snapshots }: PageSection, publicUrl: string): string {
  const { os, arch, suite, snapshot } = head;
  const where = suite === undefined ? `${os} ${arch}` : `${os} ${arch}, suite ${suite}`;
  return `<h2>${html(titleOf(head))} <small>${html(where)}</small></h2>
<p>Snapshot <code>${snapshot}</code>, ${count} packages.</p>
<pre>${html(enabling(head, publicUrl))}</pre>
${typeof packages === 'string' ? table(packages) : `<ul>\n${packages.map(link).join('')}</ul>\n`}<h3>Snapshots</h3>
<p>${html(travelling(head, publicUrl))}</p>
<table><thead><tr><th>first shown (UTC)</th><th>snapshot</th></tr></thead>
<tbody>
${snapshots.map((one) => snapshotRow(one, head)).join('')}</tbody></table>
`;
}

/** On one line, as `snapshotsOn` reads it. */
function snapshotRow({ snapshot, since }: ShownSnapshot, { id, suite }: PublishedHead): string {
  const signed = suite === undefined ? 'repodata/repomd.xml' : `dists/${html(suite)}/InRelease`;
  return `<tr data-of="${html(id)}"><td>${html(since)}</td><td><a href="snapshots/${snapshot}/${signed}"><code>${snapshot}</code></a></td></tr>\n`;
}

/** How to stand still at one state. */
function travelling({ path, suite }: PublishedHead, publicUrl: string): string {
  const address = `${publicUrl}/${path}/snapshots/SNAPSHOT`;
  if (suite === undefined) return `To stay at one of them: baseurl=${address}/ in the place of the mirrorlist.`;
  return `To stay at one of them: URIs: ${address}, or with apt 3 apt-get --snapshot SNAPSHOT update.`;
}

function link({ key, first, last, count }: PackagePage): string {
  return `<li><a href="${html(key)}">${html(first)} – ${html(last)}</a> (${count})</li>\n`;
}

function table(rows: string): string {
  return `<table><thead><tr><th>package</th><th>version</th><th>arch</th><th class="r">bytes</th><th>PPA</th><th>sha256</th></tr></thead>
<tbody>
${rows}</tbody></table>
`;
}

/** A package's row in the table; the link goes to the pool that every repository shows. */
export function packageRow({ name, version, arch, size, sha256, file }: Fragment, ppa: string): string {
  return `<tr><td><a href="${html(poolPath(sha256, file))}">${html(name)}</a></td><td>${html(version)}</td><td>${html(arch)}</td><td class="r">${size}</td><td>${html(ppa)}</td><td><code>${sha256}</code></td></tr>\n`;
}

/** What to type. A file that is off by default is switched on as it is written; dnf is told each time. */
function enabling(repository: PublishedHead, publicUrl: string): string {
  const title = titleOf(repository);
  const file = `${publicUrl}/${clientFileKey(repository)}`;
  const enabled = isEnabled(repository);
  if (repository.format === 'rpm') {
    const option = enabled ? '' : `--enablerepo=${title} `;
    return `${whole(repository, publicUrl)}curl -o /etc/yum.repos.d/${title}.repo ${file}\ndnf ${option}install NAME`;
  }
  const target = `/etc/apt/sources.list.d/${title}.sources`;
  const fetching = enabled
    ? `curl -o ${target} ${file}`
    : `curl ${file} | sed 's/^Enabled: no/Enabled: yes/' > ${target}`;
  return `${whole(repository, publicUrl)}${fetching}\napt-get update && apt-get install NAME`;
}

/** Everything at once, with the key, and kept up to date: for what sites have for good. */
function whole({ area, lane, os, format }: PublishedHead, publicUrl: string): string {
  if (area !== 'production') return '';
  const file = `${lane.replace(/-\d+$/, '')}-release.${format}`;
  const address = `${publicUrl}/clients/${lane}-${os}/${file}`;
  const install = format === 'rpm' ? `dnf install ${address}` : `curl -O ${address} && apt-get install ./${file}`;
  return `# all repositories with their key, and from then on by upgrades\n${install}\n# or this one alone\n`;
}

function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html(title)}</title><style>${STYLE}</style></head>
<body>
<h1>${html(title)}</h1>
${body}
</body>
</html>
`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}
