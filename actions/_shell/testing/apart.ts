import { execFileSync } from 'node:child_process';
import { listed } from '#core/repository/listing.ts';
import type { WantedRepository } from '#core/repository/wanted.ts';
import type { Pool } from '#shell/pool.ts';
import { plansOf } from '#shell/stock.ts';
import { buildDeb, buildRpm } from './build-packages.ts';

/**
 * Wanted repositories with one package more each, of a name that begins a segment of its own: what is compressed segment by
 * segment has two of them then.
 */
export async function withSegmentApart(
  wanted: readonly WantedRepository[],
  folder: string,
  pool: Pool,
): Promise<readonly WantedRepository[]> {
  const more: WantedRepository[] = [];
  for (const one of wanted) {
    const name = nameApart(one);
    const made =
      one.format === 'deb' ? buildDeb(folder, { name, version: '1.0' }) : buildRpm(folder, { name, version: '1.0-1' });
    const { sha256, fragment } = await pool.add(made.path, made);
    const { version, arch } = fragment;
    more.push({ ...one, packages: [...one.packages, { name, version, arch, sha256, ppa: `INFN.${name}.x.y-1.0.0` }] });
  }
  return more;
}

/** Sorted behind all of them. */
function nameApart(one: WantedRepository): string {
  for (let number = 0; ; number += 1) {
    const name = `zz${number}`;
    const row = { name, version: '1.0', arch: 'all', sha256: '0'.repeat(64), ppa: '' };
    const { listing } = listed({ ...one, packages: [...one.packages, row] });
    if (plansOf(listing, one.format).length > 1) return name;
  }
}

/** As zstd's own program counts them. */
export function framesIn(bytes: Uint8Array): number {
  const said = execFileSync('sh', ['-c', 'f=$(mktemp --suffix=.zst); cat > "$f"; zstd -lv "$f"; rm "$f"'], {
    input: bytes,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return Number(/(?:Frames|Zstandard Frames): (\d+)/.exec(said)?.[1]);
}
