import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { renderListing } from './listing.ts';
import { segmentsOf } from './segments.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const packageOf = (name: string, version = '1') => ({
  ...{ name, version, arch: 'all', sha256: digest(name + version), ppa: 'INFN.x.debian-12.amd64-1.0.0' },
});
const many = Array.from({ length: 5000 }, (_, index) => packageOf(`package-${index}`));
const chunksOf = (packages: typeof many) => {
  const listing = renderListing(packages);
  return segmentsOf(listing, 'deb', digest).flatMap(({ chunks }) =>
    chunks.map(({ key, from, to }) => ({ key, text: listing.slice(from, to) })),
  );
};

test('chunks hold everything once, in order, about 32 names each', () => {
  const chunks = chunksOf(many);
  expect(chunks.map(({ text }) => text).join('')).toBe(renderListing(many));
  expect(chunks.length).toBeGreaterThan(5000 / 32 / 1.5);
  expect(chunks.length).toBeLessThan((5000 / 32) * 1.5);
  expect(segmentsOf('', 'deb', digest)).toEqual([]);
});

test('a package that comes, goes or changes leaves all chunks but two as they were', () => {
  const before = new Set(chunksOf(many).map(({ key }) => key));
  const fresh = (packages: typeof many) => chunksOf(packages).filter(({ key }) => !before.has(key)).length;
  expect(fresh(many)).toBe(0);
  for (let index = 0; index < 40; index += 1) {
    const at = index * 120;
    expect(fresh(many.toSpliced(at, 1))).toBeLessThanOrEqual(1);
    expect(fresh(many.toSpliced(at, 1, packageOf(`package-${at}`, '2')))).toBe(1);
    expect(fresh([...many, packageOf(`package-${at}-devel`)])).toBeLessThanOrEqual(2);
  }
});

test('versions of one package are never parted, and what is made otherwise has other keys', () => {
  const versions = Array.from({ length: 300 }, (_, index) => packageOf('storm', `1.${index}`));
  expect(chunksOf(versions)).toHaveLength(1);
  const listing = renderListing(many.slice(0, 3));
  expect(segmentsOf(listing, 'deb', digest)[0]?.key).not.toBe(segmentsOf(listing, 'rpm', digest)[0]?.key);
});
