import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';

interface Source {
  readonly uri: string;
  readonly suite: string;
  readonly components: string;
  /** Path of a keyring, when the entry names one. */
  readonly signedBy?: string;
}

const POCKETS = ['', '-updates', '-security'];

/**
 * One-line apt sources for a Debian suite (with its updates and security pockets where the host has them), taken from the
 * host's own apt configuration, so that nobody has to name a mirror. A suite that the host does not follow is sought where
 * the host finds its own suite.
 * @throws ProvisioningError IMAGE_SOURCES_MISSING
 */
export function hostSources(suite: string, etc = '/etc/apt', own = hostSuite()): string[] {
  const sources = readSources(etc);
  const followed = sources.some((source) => source.suite === suite) ? suite : own;
  const lines = POCKETS.flatMap((pocket) =>
    sources
      .filter((source) => source.suite === followed + pocket)
      .map((source) => line({ ...source, suite: suite + pocket })),
  );
  if (lines.length > 0) return [...new Set(lines)];
  throw refusal('IMAGE_SOURCES_MISSING', `The host's apt sources name no archive with ${suite}.`);
}

function line({ uri, suite, components, signedBy }: Source): string {
  return `deb ${signedBy === undefined ? '' : `[signed-by=${signedBy}] `}${uri} ${suite} ${components}`;
}

function hostSuite(): string {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^VERSION_CODENAME=(?<suite>[a-z]+)$/m.exec(release)?.groups?.suite ?? '';
}

function readSources(etc: string): Source[] {
  const folder = join(etc, 'sources.list.d');
  const files = [
    ...(existsSync(join(etc, 'sources.list')) ? [join(etc, 'sources.list')] : []),
    ...(existsSync(folder)
      ? readdirSync(folder)
          .sort()
          .map((name) => join(folder, name))
      : []),
  ];
  return files.flatMap((file) => {
    if (file.endsWith('.sources')) return parseDeb822(readFileSync(file, 'utf8'));
    return file.endsWith('.list') ? parseOneLine(readFileSync(file, 'utf8')) : [];
  });
}

/** sources.list(5), DEB822-STYLE FORMAT; an embedded key (`Signed-By:` with a block) is left out. */
function parseDeb822(text: string): Source[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map(
      [...stanza.matchAll(/^(?<name>[A-Za-z-]+):[ \t]*(?<value>.*(?:\n[ \t].*)*)/gm)].map((found) => [
        (found.groups?.name ?? '').toLowerCase(),
        (found.groups?.value ?? '').trim(),
      ]),
    );
    const list = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
    if (!list('types').includes('deb') || fields.get('enabled') === 'no') return [];
    const key = fields.get('signed-by');
    const signed = key?.startsWith('/') === true ? { signedBy: key } : {};
    const components = list('components').join(' ');
    return list('uris').flatMap((uri) => list('suites').map((suite) => ({ uri, suite, components, ...signed })));
  });
}

/** sources.list(5), ONE-LINE-STYLE FORMAT. */
function parseOneLine(text: string): Source[] {
  return text.split('\n').flatMap((row) => {
    const found = /^deb\s+(?:\[(?<options>[^\]]*)\]\s+)?(?<uri>\S+)\s+(?<suite>\S+)\s+(?<components>[^#]+)/.exec(
      row,
    )?.groups;
    if (found === undefined) return [];
    const { uri = '', suite = '', components = '', options } = found;
    const key = /signed-by=(?<key>\/\S+)/.exec(options ?? '')?.groups?.key;
    return [{ uri, suite, components: components.trim(), ...(key === undefined ? {} : { signedBy: key }) }];
  });
}
