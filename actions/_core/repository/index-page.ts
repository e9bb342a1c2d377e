import { isEnabled, titleOf } from './client-files.ts';
import { type Fragment, poolPath } from './fragment.ts';
import type { Shelf } from './plan.ts';
import type { PublishedRepository } from './published.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}' +
  'table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #d0d7de;vertical-align:top}' +
  'code,pre{font:13px/1.5 ui-monospace,monospace}td code{word-break:break-all}pre{background:#f6f8fa;padding:.8rem;overflow:auto}' +
  'td:nth-child(-n+3){white-space:nowrap}' +
  '.r{text-align:right;white-space:nowrap}';

/**
 * The page of one path for people: what is there and how to enable it. apt's suites share a path and so a page. Holds no
 * date, so that an unchanged repository has an unchanged page.
 */
export function renderIndexPage(shelves: readonly Shelf[], publicUrl: string): string {
  const [first] = shelves as [Shelf];
  const sections = shelves.map((shelf) => section(shelf, first.repository.path, publicUrl));
  return page(first.repository.path, sections.join(''));
}

/** The page at the public URL: every repository by area. */
export function renderOverview(repositories: readonly PublishedRepository[]): string {
  const rows = repositories.map(
    ({ path, area, suite, os, arch, packages, ...rest }) =>
      `<tr><td><a href="${html(path)}/index.html">${html(titleOf({ area, ...rest }))}</a></td><td>${html(os)} ${html(arch)}</td><td>${html(suite ?? '')}</td><td class="r">${packages.length}</td></tr>\n`,
  );
  return page(
    'Repositories',
    `<table><thead><tr><th>repository</th><th>platform</th><th>suite</th><th class="r">packages</th></tr></thead>\n<tbody>\n${rows.join('')}</tbody></table>`,
  );
}

function section({ repository, fragments }: Shelf, root: string, publicUrl: string): string {
  const { os, arch, suite, snapshot } = repository;
  const where = suite === undefined ? `${os} ${arch}` : `${os} ${arch}, suite ${suite}`;
  const up = '../'.repeat(root.split('/').length);
  const ppas = new Map(repository.packages.map(({ sha256, ppa }) => [sha256, ppa]));
  const rows = fragments.map((fragment) => row(fragment, ppas.get(fragment.sha256) ?? '', up));
  return `<h2>${html(titleOf(repository))} <small>${html(where)}</small></h2>
<p>Snapshot <code>${snapshot}</code>, ${fragments.length} packages.</p>
<pre>${html(enabling(repository, publicUrl))}</pre>
<table><thead><tr><th>package</th><th>version</th><th>arch</th><th class="r">bytes</th><th>PPA</th><th>sha256</th></tr></thead>
<tbody>
${rows.join('')}</tbody></table>
`;
}

function row({ name, version, arch, size, sha256, file }: Fragment, ppa: string, up: string): string {
  return `<tr><td><a href="${html(up + poolPath(sha256, file))}">${html(name)}</a></td><td>${html(version)}</td><td>${html(arch)}</td><td class="r">${size}</td><td>${html(ppa)}</td><td><code>${sha256}</code></td></tr>\n`;
}

/** What to type. A file that is off by default is switched on as it is written; dnf is told each time. */
function enabling(repository: PublishedRepository, publicUrl: string): string {
  const title = titleOf(repository);
  const files = `${publicUrl}/clients/${repository.lane}-${repository.os}`;
  const enabled = isEnabled(repository);
  if (repository.format === 'rpm') {
    const option = enabled ? '' : `--enablerepo=${title} `;
    return `curl -o /etc/yum.repos.d/${title}.repo ${files}/${title}.repo\ndnf ${option}install NAME`;
  }
  const target = `/etc/apt/sources.list.d/${title}.sources`;
  const fetching = enabled
    ? `curl -o ${target} ${files}/${title}.sources`
    : `curl ${files}/${title}.sources | sed 's/^Enabled: no/Enabled: yes/' > ${target}`;
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
