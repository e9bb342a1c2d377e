import { byText } from '#core/text.ts';
import type { Advisory } from './advisory.ts';
import { grouped } from './group.ts';
import type { ModuleStream } from './modules.ts';
import type { RepositoryPackage } from './wanted.ts';

/** A package with the name of its file: libdnf falls over one that has none. */
export type NamedPackage = RepositoryPackage & { readonly file: string };

/** A stream of a module that a PPA's provider lists packages of. */
export interface ToldStream extends Omit<ModuleStream, 'artifacts'> {
  readonly ppa: string;
  /** sha256 of its packages. */
  readonly packages: ReadonlySet<string>;
}

/**
 * `updateinfo.xml`: one `<update>` for each PPA that a repository holds packages of, so that `dnf updateinfo` and
 * `dnf upgrade --security` know what is in it. '' when there is nothing to say.
 */
export function renderUpdateinfo(
  packages: readonly NamedPackage[],
  advisories: ReadonlyMap<string, Advisory>,
  collection: string,
  streams: readonly ToldStream[] = [],
): string {
  const groups = [...grouped(packages, ({ ppa }) => ppa)].sort(([left], [right]) => byText(left, right));
  const updates = groups.flatMap(([ppa, held]) => {
    const advisory = advisories.get(ppa);
    return advisory === undefined ? [] : [update(advisory, collections(held, collection, streams))];
  });
  return updates.length === 0
    ? ''
    : `<?xml version="1.0" encoding="UTF-8"?>\n<updates>\n${updates.join('')}</updates>\n`;
}

function update(
  { ppa, kind, severity, title, description, issued, from, cves, links }: Advisory,
  pkglist: string,
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
${pkglist}    </pkglist>
  </update>
`;
}

/**
 * Packages of no module, and each stream's in a collection of its own with a `<module>` (as createrepo_c writes it,
 * xml_dump_updateinfo.c): a client counts such a collection only where that stream is enabled.
 */
function collections(packages: readonly NamedPackage[], title: string, streams: readonly ToldStream[]): string {
  const own = streams.map((one) => ({ one, held: packages.filter((each) => isOf(each, one)) }));
  const plain = packages.filter((each) => !streams.some((one) => isOf(each, one)));
  return [
    ...(plain.length === 0 ? [] : [collectionOf(title, '', plain)]),
    ...own.flatMap(({ one, held }) => (held.length === 0 ? [] : [moduleCollection(title, one, held)])),
  ].join('');
}

function isOf({ ppa, sha256 }: NamedPackage, stream: ToldStream): boolean {
  return stream.ppa === ppa && stream.packages.has(sha256);
}

function moduleCollection(title: string, of: ToldStream, held: readonly NamedPackage[]): string {
  const { name, stream, version, context, arch } = of;
  const attributes = Object.entries({ name, stream, version, context, arch }).map(
    ([key, value]) => `${key}="${xml(value)}"`,
  );
  const full = [name, stream, version, context].filter((part) => part !== '').join(':');
  return collectionOf(`${title}__${full}`, `        <module ${attributes.join(' ')}/>\n`, held);
}

/** Each has a name of its own, because mirrors tell collections of one advisory apart by it. */
function collectionOf(title: string, module: string, packages: readonly NamedPackage[]): string {
  return `      <collection short="${xml(title)}">
        <name>${xml(title)}</name>
${module}${packages.map(element).join('')}      </collection>
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
