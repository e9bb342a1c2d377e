import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { DebFragment, Fragment } from '#core/repository/fragment.ts';
import { type Head, renderListing } from '#core/repository/listing.ts';
import { digested, spliced } from './gzip-member.ts';
import type { Pool } from './pool.ts';
import { openCache } from './segment-cache.ts';
import { sha256Of, stock } from './stock.ts';

const folder = mkdtempSync(join(tmpdir(), 'cache-'));
afterAll(() => rmSync(folder, { recursive: true }));

const head: Head = {
  ...{ id: 'x', area: 'untested', lane: 'umd-5', os: 'debian-12', arch: 'amd64', part: '', format: 'deb' },
  ...{ path: 'sw/x', suite: 'bookworm' },
};

const stanzaOf = (name: string, path: string, sha256: string) =>
  `Package: ${name}\nVersion: 1\nArchitecture: all\nFilename: ${path}\nSize: 1\nSHA256: ${sha256}\n`;

/** A pool of what it is asked for: only its fragments matter here. */
function poolOf(packages: readonly { name: string; sha256: string }[]): Pool {
  const fragment = async (sha256: string): Promise<Fragment> => {
    const name = packages.find((one) => one.sha256 === sha256)?.name ?? '';
    const stanza = stanzaOf(name, '@PATH@', sha256);
    const fixed = { format: 'deb', version: '1', arch: 'all', size: 1 } as const;
    return { ...fixed, name, sha256, file: `${name}.deb`, digest: sha256Of(stanza), stanza } satisfies DebFragment;
  };
  return { fragment } as Pool;
}

const stanzas = (packages: readonly { name: string; sha256: string }[]) =>
  packages
    .map(({ name, sha256 }) => `${stanzaOf(name, `pool/${sha256.slice(0, 2)}/${sha256}/${name}.deb`, sha256)}\n`)
    .join('');

test('after any edits the spliced index opens to exactly the packages that are there', async () => {
  const names = fc.uniqueArray(fc.integer({ min: 0, max: 4000 }), { maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(fc.array(names, { minLength: 1, maxLength: 4 }), async (edits) => {
      const cache = openCache(mkdtempSync(join(folder, 'c-')));
      let before = '';
      const held = new Set(Array.from({ length: 1500 }, (_, index) => index * 2));
      for (const edit of edits) {
        for (const one of edit) if (!held.delete(one)) held.add(one);
        const packages = [...held]
          .map((one) => `p${String(one).padStart(5, '0')}`)
          .sort()
          .map((name) => ({ name, version: '1', arch: 'all', sha256: sha256Of(name), ppa: 'P' }));
        const listing = renderListing(packages);
        const { segments, faults } = await stock({ head, listing }, before, { pool: poolOf(packages), cache });
        expect(faults).toEqual([]);
        const source = { cache, format: 'deb', segments } as const;
        const wanted = `head\n${stanzas(packages)}tail\n`;
        const { bytes, sha256, openSize } = spliced(source, 'packages', { head: 'head\n', tail: 'tail\n' });
        expect(gunzipSync(bytes).toString() === wanted).toBe(true);
        expect([sha256, openSize]).toEqual([sha256Of(bytes), wanted.length]);
        expect(execFileSync('zcat', { input: bytes }).toString() === wanted).toBe(true);
        const open = stanzas(packages);
        expect(digested(source, 'Packages')).toEqual({ sha256: sha256Of(open), size: open.length });
        before = listing;
      }
    }),
    { numRuns: 12 },
  );
}, 60_000);

test('a segment cut short is made again, not believed', async () => {
  const store = mkdtempSync(join(folder, 'c-'));
  const packages = ['a', 'b'].map((name) => ({ name, version: '1', arch: 'all', sha256: sha256Of(name), ppa: 'P' }));
  const listing = renderListing(packages);
  const hands = { pool: poolOf(packages), cache: openCache(store) };
  const { segments } = await stock({ head, listing }, '', hands);
  await turn(); // it reaches the disk
  execFileSync('find', [join(store, 'cache'), '-type', 'f', '-exec', 'truncate', '-s', '-1', '{}', ';']);
  expect(hands.cache.find(segments[0]?.key ?? '', 'deb')).toBeUndefined();
  expect((await stock({ head, listing }, listing, hands)).segments).toEqual(segments);
});
