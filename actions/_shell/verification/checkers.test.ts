import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findingLine } from '#core/criteria/findings.ts';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { readCriteria } from '#shell/criteria.ts';
import { buildRpm } from '#shell/testing/packages.ts';
import { lookAtPackages } from './checkers.ts';
import { watchFindings } from './testing/findings.ts';
import { buildTiny } from './testing/tiny.ts';

/** Real lintian and rpmlint on their own golden image, over packages that are sound but for one thing each. */
const checkout = resolve(import.meta.dirname, '../../..');
const { licences } = await readCriteria(checkout);
const folder = mkdtempSync(join(tmpdir(), 'checkers-'));
// What was looked at by an earlier run is not asked again, and here the tools themselves are to be seen: a new name each time.
const mark = `t${process.pid}`;
const forget = watchFindings();
const said: string[] = [];

async function look(format: PackageFormat, ...files: string[]) {
  const run = await lookAtPackages({ format, files, licences, checkout, say: (line) => said.push(line) });
  return { failed: run.failed, lines: run.findings.map(findingLine).join('\n') };
}
const deb = (name: string, more: Partial<Parameters<typeof buildTiny>[1]> = {}) =>
  join(folder, 'pool', buildTiny(folder, { name: `${name}-${mark}`, version: '1.0', ...more }).file);

beforeAll(async () => {
  mkdirSync(join(folder, 'pool'), { recursive: true });
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
  forget();
});

test('lintian finds a file below /opt, which the same package without it has not; asked again it need not run', async () => {
  const [sound, optional] = [deb('sound'), deb('optional', { files: { 'opt/tiny/data': 'x\n' } })];
  const { lines, failed } = await look('deb', sound, optional);
  expect(failed).toBeUndefined();
  expect(lines.match(/^lintian E dir-or-file-in-opt \S+/gm)).toEqual([
    `lintian E dir-or-file-in-opt optional-${mark}:`,
    `lintian E dir-or-file-in-opt optional-${mark}:`,
  ]);
  const runs = said.filter((line) => line.includes('lintian')).length;
  expect((await look('deb', sound, optional)).lines).toBe(lines);
  expect(said.filter((line) => line.includes('lintian'))).toHaveLength(runs);
}, 300_000);

test('rpmlint finds that an rpm brings no documentation', async () => {
  const path = buildRpm(folder, { name: `tiny-${mark}`, version: '1.0-1', arch: 'noarch' });
  const { lines, failed } = await look('rpm', path);
  expect(failed).toBeUndefined();
  expect(lines).toMatch(/^rpmlint W no-documentation tiny-/m);
}, 300_000);

test('what a checker cannot read is told, and is no verdict', async () => {
  const path = join(folder, `odd-${mark}_1.0_all.deb`);
  writeFileSync(path, 'not a package');
  expect((await look('deb', path)).failed).toMatch(/^it ended with [0-9]+: /);
  const none = await lookAtPackages({ format: 'deb', files: [path], licences, checkout: folder, say: () => {} });
  expect(none).toMatchObject({ tool: 'lintian', findings: [], failed: expect.stringContaining('ENVIRONMENT_MISSING') });
}, 300_000);
