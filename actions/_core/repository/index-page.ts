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

function section({ head, count, packages }: PageSection, publicUrl: string): string {
  const { os, arch, suite, snapshot } = head;
  const where = suite === undefined ? `${os} ${arch}` : `${os} ${arch}, suite ${suite}`;
  return `<h2>${html(titleOf(head))} <small>${html(where)}</small></h2>
<p>Snapshot <code>${snapshot}</code>, ${count} packages.</p>
<pre>${html(enabling(head, publicUrl))}</pre>
${typeof packages === 'string' ? table(packages) : `<ul>\n${packages.map(link).join('')}</ul>\n`}`;
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
    return `curl -o /etc/yum.repos.d/${title}.repo ${file}\ndnf ${option}install NAME`;
  }
  const target = `/etc/apt/sources.list.d/${title}.sources`;
  const fetching = enabled
    ? `curl -o ${target} ${file}`
    : `curl ${file} | sed 's/^Enabled: no/Enabled: yes/' > ${target}`;
  return `${fetching}\napt-get update && apt-get install NAME`;
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
