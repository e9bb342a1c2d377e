import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRelease } from './parse.ts';
import type { Release, ReleasePackage, ReleasePpa, ReleaseProduct } from './release.ts';
import { renderRelease } from './render.ts';

/** Texts as people write them: any character XML allows, no blanks at the ends. */
const text = fc
  .string({ unit: fc.constantFrom(...'aZ9é漢😀<>&"\'] \n\t;#-'), minLength: 1, maxLength: 30 })
  .map((raw) => raw.trim())
  .filter((raw) => raw !== '' && !/^[a-z]+:\/\//.test(raw));
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const url = word.map((name) => `https://${name}.example/a?b=1&c='x'`);
const maybe = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((made) => (made === undefined ? {} : { [key]: made }));

const rpm = fc
  .record({
    name: word,
    version: fc.constantFrom('1', '2.0~rc1', '3:4.5'),
    kind: fc.constantFrom('package', 'metapackage'),
  })
  .chain(({ name, version, kind }) => {
    const file = `${name}-${version.replace(/^\d+:/, '')}-1.el9.noarch.rpm`;
    const fixed = { kind, name, version, release: '1.el9', arch: 'noarch', file, url: 'https://a.example/x' };
    return fc
      .tuple(maybe('sha256', fc.constant('0'.repeat(64))), maybe('size', fc.integer({ min: 1, max: 1e9 })))
      .map((more) => Object.assign({}, fixed, ...more) as ReleasePackage);
  });
const ppa = fc
  .record({
    arch: fc.constantFrom('x86_64', 'aarch64'),
    capabilities: fc.array(word, { maxLength: 2 }),
    packages: fc.uniqueArray(rpm, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
  })
  .chain((fixed) =>
    maybe(
      'synch',
      url.map((at) => ({ protocol: 'yum', url: at })),
    ).map((more) => ({ ...fixed, ...more, os: '' }) as ReleasePpa),
  );
const repoFile = fc.record({
  format: fc.constantFrom('yum' as const, 'deb' as const),
  filename: word.map((name) => `${name}.repo`),
  relativePath: text.filter((path) => !/[\n\t]/.test(path)),
  sections: fc.array(
    fc.uniqueArray(fc.record({ name: fc.constantFrom('id', 'name', 'gpgkey', 'baseUrl'), value: text }), {
      minLength: 1,
      selector: ({ name }) => name,
    }),
    { maxLength: 2 },
  ),
});
const product = fc
  .record({
    name: text,
    providerName: text,
    provider: word.map((name) => name.toUpperCase()),
    contact: word.map((name) => `${name}@a.example`),
    technicalContact: word.map((name) => `${name}@b.example`),
    description: text,
    documentationLinks: fc.array(url, { minLength: 1, maxLength: 3 }),
    date: fc.constantFrom('20240229', '19991231'),
    incremental: fc.boolean(),
    emergency: fc.boolean(),
    version: fc.record({ major: fc.nat(9999), minor: fc.nat(9999), revision: fc.nat(9999) }),
    releaseNotes: fc.oneof(text, url),
    changeLog: text,
    synch: fc.constantFrom({ protocol: 'yum' as const }, { protocol: 'yum' as const, url: 'https://a.example/' }),
    ppas: fc
      .array(ppa, { minLength: 1, maxLength: 3 })
      .map((all) => all.map((each, at) => ({ ...each, os: `el${at}` }))),
    repositories: fc.array(
      fc.record({
        format: fc.constantFrom('yum' as const, 'deb' as const),
        external: fc.boolean(),
        id: word,
        path: word,
      }),
      { minLength: 1, maxLength: 2 },
    ),
    repoFiles: fc.array(repoFile, { minLength: 1, maxLength: 2 }),
  })
  .chain((fixed) =>
    fc
      .tuple(maybe('reason', text), maybe('type', fc.constantFrom('major', 'minor', 'revision')), maybe('group', word))
      .map((more) => Object.assign({}, fixed, ...more) as Omit<ReleaseProduct, 'product' | 'shortName'>),
  );
const release: fc.Arbitrary<Release> = fc
  .tuple(fc.array(product, { minLength: 1, maxLength: 3 }), maybe('bundleLabel', text))
  .map(([products, more]) => ({
    ...more,
    products: products.map((each, at) => ({ ...each, shortName: `Storm ${at}`, product: `storm_${at}` })),
  }));

test('what is written reads back the same, without a fault', () => {
  fc.assert(
    fc.property(release, (made) => {
      const read = parseRelease(renderRelease(made), { file: 'r.xml' });
      expect(read.faults).toEqual([]);
      expect(read.release).toEqual(made);
    }),
    { numRuns: 150 },
  );
});

test.each(['bundle', 'one-ppa'])('the fixture %s survives being written, twice', (name) => {
  const fixture = readFileSync(`actions/_core/release/__fixtures__/${name}.xml`, 'utf8');
  const read = parseRelease(fixture, { file: 'r.xml' }).release;
  const again = renderRelease(read ?? { products: [] });
  expect(parseRelease(again, { file: 'r.xml' }).release).toEqual(read);
  expect(renderRelease(parseRelease(again, { file: 'r.xml' }).release ?? { products: [] })).toBe(again);
});
