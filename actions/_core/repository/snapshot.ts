import { byText } from '#core/text.ts';
import { type Fragment, poolPath, sha256Text } from './fragment.ts';
import type { WantedRepository } from './wanted.ts';

/** Goes up when what is rendered from the same fragments changes, so that no snapshot is ever changed under its name. */
const RENDERING = 1;

/** The order of packages in every index, the same on every machine. */
export function ordered<F extends Fragment>(fragments: readonly F[]): readonly F[] {
  const key = ({ name, version, arch, sha256 }: F) => `${name} ${version} ${arch} ${sha256}`;
  return fragments
    .map((fragment) => [key(fragment), fragment] as const)
    .sort(([left], [right]) => byText(left, right))
    .map(([, fragment]) => fragment);
}

/**
 * A snapshot's name: sha256 over what it holds (its packages' metadata and paths) and where it stands. Compressed bytes
 * are left out, because zlib builds differ in them: the same locks give the same name on another machine.
 */
export function snapshotId(
  { format, path, suite = '', arch }: WantedRepository,
  fragments: readonly Fragment[],
): string {
  const lines = ordered(fragments).map(({ digest, sha256, file }) => `${digest} ${poolPath(sha256, file)}`);
  return sha256Text([`snapshot ${RENDERING}`, format, path, suite, arch, ...lines, ''].join('\n'));
}
