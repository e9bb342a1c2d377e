import { byText } from '#core/text.ts';
import type { Advisory } from './advisory.ts';
import { grouped } from './group.ts';
import type { RepositoryPackage } from './wanted.ts';

/** A package with the name of its file: libdnf falls over one that has none. */
export type NamedPackage = RepositoryPackage & { readonly file: string };

/**
 * `updateinfo.xml`: one `<update>` for each PPA that a repository holds packages of, so that `dnf updateinfo` and
 * `dnf upgrade --security` know what is in it. '' when there is nothing to say.
 */
export function renderUpdateinfo(
  packages: readonly NamedPackage[],
  advisories: ReadonlyMap<string, Advisory>,
  collection: string,
): string {
  const groups = [...grouped(packages, ({ ppa }) => ppa)].sort(([left], [right]) => byText(left, right));
  const updates = groups.flatMap(([ppa, held]) => {
    const advisory = advisories.get(ppa);
    return advisory === undefined ? [] : [update(advisory, held, collection)];
  });
  return updates.length === 0
    ? ''
    : `<?xml version="1.0" encoding="UTF-8"?>\n<updates>\n${updates.join('')}</updates>\n`;
}

function update(
  { ppa, kind, severity, title, description, issued, from, cves, links }: Advisory,
  packages: readonly NamedPackage[],
  collection: string,
): string {
  const references = [
    ...cves.map((id) => reference('cve', id, `https://www.cve.org/CVERecord?id=${id}`)),
    ...links.map((link) => reference('self', link, link)),
  ];
  return `  <update from="${xml(from)}" status="final" type="${kind}" version="1">
    <id>${xml(ppa)}</id>
    <title>${xml(title)}</title>
    <issued date="${issued} 00:00:00"/>
    <updated date="${issued} 00:00:00"/>
    <severity>${severity}</severity>
    <description>${xml(description)}</description>
    <references>
${references.join('')}    </references>
    <pkglist>
      <collection short="${xml(collection)}">
        <name>${xml(collection)}</name>
${packages.map(element).join('')}      </collection>
    </pkglist>
  </update>
`;
}

function reference(type: string, id: string, href: string): string {
  return `      <reference href="${xml(href)}" id="${xml(id)}" type="${type}" title="${xml(id)}"/>\n`;
}

/** dnf compares epochs, so one that is not written is 0 and is said. */
function element({ name, version, arch, sha256, file }: NamedPackage): string {
  const [, epoch = '0', upstream = '', release = ''] = /^(?:(\d+):)?(.*)-([^-]*)$/.exec(version) ?? [];
  return `          <package name="${xml(name)}" epoch="${epoch}" version="${xml(upstream)}" release="${xml(release)}" arch="${xml(arch)}">
            <filename>${xml(file)}</filename>
            <sum type="sha256">${sha256}</sum>
          </package>
`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Release texts come from others: what XML cannot hold is left out (XML 1.0, 2.2). */
function xml(text: string): string {
  const allowed = [...text].filter((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return code === 9 || code === 10 || code === 13;
    return (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
  });
  return allowed.join('').replace(/[&<>"]/g, (character) => ESCAPES[character] as string);
}
