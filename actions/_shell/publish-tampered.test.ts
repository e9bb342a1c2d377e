import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { DebFragment, Fragment, RpmFragment } from '#core/repository/fragment.ts';
import { publish } from './publish.ts';
import { checkPublished } from './publish-check.ts';
import { picture, publishingSite } from './testing/publishing.ts';

const { openShop, shut } = await publishingSite();
afterAll(shut);

type Shop = Awaited<ReturnType<typeof openShop>>;
const FORMATS = ['deb', 'rpm'] as const;
const EVIL = 'e'.repeat(64);

/** The package that only the second state shows. */
function fresh({ pooled }: Shop, format: (typeof FORMATS)[number]) {
  const found = pooled.find(({ fragment }) => fragment.format === format && fragment.version.includes('1.1'));
  if (found === undefined) throw new Error('no sample');
  return found;
}

/** What somebody who may write the pool, and has no key, could have signed between the lock and the signature. */
const TEXTS: readonly (readonly [string, (fragment: Fragment) => Partial<Fragment>])[] = [
  ['the digest of another package', (one) => worded(one, (text) => text.replaceAll(one.sha256, EVIL))],
  ['a second package behind it', (one) => worded(one, (text) => `${text}${one.format === 'deb' ? '\n' : ''}${text.replaceAll(one.sha256, EVIL)}`)], // biome-ignore format: one thought
  ['another name', (one) => worded(one, (text) => text.replace(one.name, 'evil'))],
  ['another version', (one) => worded(one, (text) => text.replace(/(Version: .*|ver=")1\.1/, '$11.9').replace('1:1.1', '1:1.9'))], // biome-ignore format: one thought
  ['no digest at all', (one) => worded(one, (text) => text.replace(/^SHA256: .*\n|<checksum.*\n/m, ''))],
  ['one digest more', (one) => worded(one, (text) => text.replace(/^(SHA256: |.*<checksum type="sha256" pkgid="YES">).*$/m, (line) => `${line}\n${line.replace(one.sha256, EVIL)}`))], // biome-ignore format: one thought
];

function worded(one: Fragment, change: (text: string) => string): Partial<DebFragment> | Partial<RpmFragment> {
  return one.format === 'deb' ? { stanza: change(one.stanza) } : { primary: change(one.primary) };
}

test.each(FORMATS.flatMap((format) => TEXTS.map(([what, change]) => [format, what, change] as const)))(
  'a %s whose fragment came to name %s after it was locked is refused, and its repositories stay as they were',
  async (format, _, change) => {
    const shop = await openShop();
    await publish(shop.first, shop.publishing);
    const { path, sha256, fragment } = fresh(shop, format);
    const file = join(path, '../fragment.json');
    const changed = { ...fragment, ...change(fragment) };
    expect(changed).not.toEqual(fragment);
    writeFileSync(file, JSON.stringify(changed));
    const before = picture(shop.store);
    const { changed: moved, faults } = await publish(shop.second, shop.publishing);
    const os = format === 'deb' ? 'debian-12' : 'al9';
    expect(moved.filter((id) => id.includes(os))).toEqual([]);
    expect(moved).toHaveLength(2);
    expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(['POOL_MISMATCH']));
    expect(faults[0]?.sentence).toContain(`/${sha256}/`);
    const after = picture(shop.store);
    const touched = Object.keys(before).filter((key) => before[key] !== after[key]);
    expect(touched.filter((key) => key.includes(`/${os}/`) && !key.includes('index.html'))).toEqual([]);
    expect(JSON.stringify(await checkPublished(shop.second, shop.publishing))).toContain('would be signed');
  },
);

test.each([
  ['other bytes', (path: string) => writeFileSync(path, readFileSync(path).fill(7, 200, 208)), 'has sha256'],
  ['bytes cut short', (path: string) => truncateSync(path, 100), 'has sha256'],
  ['nothing', (path: string) => rmSync(path), 'is not there'],
])('a package with %s in the pool is not shown anew; what shows it already stays', async (_, spoil, said) => {
  const shop = await openShop();
  await publish(shop.first, shop.publishing);
  spoil(fresh(shop, 'rpm').path);
  const { changed, faults } = await publish(shop.second, shop.publishing);
  expect(changed).toEqual(['umd-5/untested/debian-12/amd64', 'umd-5/production/debian-12/amd64/base']);
  expect(faults.map(({ code, sentence }) => [code, sentence.includes(said)])).toEqual([
    ['POOL_DIGEST', true],
    ['POOL_DIGEST', true],
  ]);
  const old = shop.pooled.filter(({ fragment }) => fragment.name === 'libsays');
  for (const { path } of old) writeFileSync(path, 'spoilt');
  expect((await publish(shop.second, shop.publishing)).faults.map(({ sentence }) => /libsays/.test(sentence))).toEqual([false, false]); // biome-ignore format: one thought
});
