import { expect, test } from 'vitest';
import { outlook } from './key-calendar.ts';

const on = (day: string) => new Date(`${day}T12:00:00Z`);

// Copied by hand from apt 3.0's default-sequoia.config, and nine months before it in a calendar on paper.
test.each([
  ['rsa', 2048, '2029-05-01', 'fine'],
  ['rsa', 2048, '2029-06-01', 'apt 3 (Debian 13) will refuse RSA keys of 2048 bits from 2030-02-01 on.'],
  ['rsa', 2048, '2030-02-01', 'refused: apt 3 (Debian 13) refuses RSA keys of 2048 bits since 2030-02-01.'],
  ['rsa', 3072, '2031-01-01', 'fine'],
  ['brainpool', 256, '2027-06-01', 'apt 3 (Debian 13) will refuse BRAINPOOL keys of 256 bits from 2028-02-01 on.'],
  ['brainpool', 256, '2028-02-02', 'refused: apt 3 (Debian 13) refuses BRAINPOOL keys of 256 bits since 2028-02-01.'],
  ['sha224', undefined, '2025-12-01', 'apt 3 (Debian 13) will refuse SHA224 digests from 2026-02-01 on.'],
  ['v3', undefined, '2026-03-01', 'refused: apt 3 (Debian 13) refuses signatures of version 3 since 2026-02-01.'],
  ['eddsa', 255, '2030-01-01', 'fine'],
])('%s of %s bits on %s: %s', (kind, bits, day, said) => {
  const { refused, warnings } = outlook([bits === undefined ? { kind } : { kind, bits }], undefined, on(day));
  expect([...refused.map((one) => `refused: ${one}`), ...warnings].join(' ') || 'fine').toBe(said);
});

test('a key that ends is told nine months before, once', () => {
  const ends = on('2027-10-01');
  const said = (day: string) => outlook([], ends, on(day)).warnings;
  expect(said('2026-12-01')).toEqual([]);
  expect(said('2027-02-01')).toEqual(['Every client will refuse the signing key from 2027-10-01 on: it expires.']);
  expect(said('2027-10-02')).toEqual([]);
});
