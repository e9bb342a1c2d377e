/** A Debian source package's description (dsc(5)): as much of it as is needed to fetch it and to know whether it has tests. */
export interface SourceDescription {
  readonly source: string;
  readonly version: string;
  /** `Testsuite:` names autopkgtest: it has debian/tests. */
  readonly hasTests: boolean;
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly size: number }[];
}

const FILE = /^ (?<sha256>[0-9a-f]{64}) (?<size>\d{1,12}) (?<name>[A-Za-z0-9][A-Za-z0-9.+~_-]*)$/;

/** Undefined when the text is none; a signature around it is passed over. */
export function parseDsc(text: string): SourceDescription | undefined {
  const lines = text.replaceAll('\r', '').split('\n');
  const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const [source, version] = [field('Source'), field('Version')];
  const begin = lines.indexOf('Checksums-Sha256:');
  if (source === undefined || version === undefined || begin < 0) return undefined;
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => !line.startsWith(' '));
  const files = rest.slice(0, end < 0 ? rest.length : end).flatMap((line) => {
    const found = FILE.exec(line)?.groups;
    if (found === undefined) return [];
    return [{ name: found.name ?? '', sha256: found.sha256 ?? '', size: Number(found.size) }];
  });
  return { source, version, hasTests: /\bautopkgtest\b/.test(field('Testsuite') ?? ''), files };
}

/** A source, with its epoch, and where its .dsc should lie. */
export interface SourceAddress {
  readonly url: string;
  readonly source: string;
  readonly version: string;
}

/**
 * Where a package's source lies, if it lies anywhere: in a pool as Debian, reprepro and aptly lay it out, beside the binary.
 * @param fields `Package`, `Version` and `Source` of the binary: `voms (2.1.0~rc3-4)` when it differs
 * @returns undefined when the binary's address or its fields name no such place
 */
export function dscOf(
  url: string,
  { name, version, source }: { readonly name: string; readonly version: string; readonly source: string },
): SourceAddress | undefined {
  const { of = name, at = version } = /^(?<of>[a-z0-9][a-z0-9+.-]+)(?: \((?<at>[^()]+)\))?$/.exec(source)?.groups ?? {};
  if (!/^https?:\/\/\S+\/\S+$/.test(url) || !/^[A-Za-z0-9.+~:-]+$/.test(at)) return undefined;
  const file = `${encodeURIComponent(of)}_${encodeURIComponent(at.replace(/^\d+:/, ''))}.dsc`;
  return { url: new URL(`./${file}`, url).href, source: of, version: at };
}
