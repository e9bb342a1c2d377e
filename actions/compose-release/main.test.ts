import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCandidateEvidence } from '#core/verification/evidence.ts';
import { lockOf, makeStage, type VerificationStage } from '#shell/verification/testing/stage.ts';
import { buildTiny } from '#shell/verification/testing/tiny.ts';

const folder = mkdtempSync(join(tmpdir(), 'compose-'));
const [base, www] = [join(folder, 'base'), join(folder, 'www')];
buildTiny(base, { name: 'tiny-base', version: '1.0' });
const tiny = lockOf('tiny', '1.0.0', [buildTiny(www, { name: 'tiny', version: '1.0', depends: 'tiny-base' })]);
const newer = lockOf('tiny', '2.0.0', [
  buildTiny(join(folder, 'newer'), { name: 'tiny', version: '2.0', depends: 'tiny-base' }),
]);
// Its service would fail; what is asked here is whether it installs.
const open = lockOf('tiny-open', '1.0.0', [
  buildTiny(www, { name: 'tiny-open', version: '1.0', program: '#!/bin/false\n' }),
]);
const rival = lockOf('tiny-rival', '1.0.0', [
  buildTiny(www, { name: 'tiny-rival', version: '1.0', files: { 'etc/tiny.conf': 'colour = mine\n' } }),
]);

let stage: VerificationStage;
beforeAll(async () => {
  stage = await makeStage(base);
}, 300_000);
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});
const compose = async () => {
  const run = await stage.run('compose-release', { lane: 'umd-5' });
  const path = run.outputs.evidence;
  return { ...run, evidence: path === undefined ? undefined : parseCandidateEvidence(readFileSync(path, 'utf8')) };
};

describe.sequential('compose-release', () => {
  test('a candidate that installs together passes', async () => {
    await stage.releasedAndWithdrawn('umd-5.0.0', newer);
    for (const lock of [tiny, open]) await stage.toCandidate(lock);
    await stage.publishAll(www, { candidate: [tiny, open] });
    const { code, log, evidence, outputs } = await compose();
    expect(code, log).toBe(0);
    expect(evidence).toMatchObject({ kind: 'candidate', lane: 'umd-5', conclusion: 'pass' });
    expect(evidence?.platforms).toMatchObject([
      {
        platform: 'debian-12/amd64',
        conclusion: 'pass',
        packages: 2,
        comment: '2 packages installed together.',
        closure: {
          faults: [],
          notes: ['tiny (all): sites that took 2.0 before it was withdrawn keep it, because 1.0 is older.'],
        },
      },
    ]);
    const handed = readdirSync(outputs['closure-inputs'] ?? '', { recursive: true, encoding: 'utf8' });
    expect(handed).toContain(`closure/${evidence?.platforms[0]?.closure?.inputs}.json`);
    expect(handed.filter((name) => /^pool\/.*\/base\.gz$/.test(name))).toHaveLength(1);
    expect(outputs.name).toBe(`candidate-umd-5-${evidence?.commit}`);
  }, 60_000);

  test('two that own one file fail, and the culprit is named', async () => {
    await stage.toCandidate(rival);
    await stage.publishAll(www, { candidate: [tiny, open, rival] });
    const { code, evidence, summary } = await compose();
    expect([code, evidence?.conclusion]).toEqual([0, 'fail']);
    expect(evidence?.platforms[0]?.comment).toContain('install everything fails because of tiny');
    expect(evidence?.platforms[0]?.closure?.faults).toEqual(['tiny and tiny-rival both own /etc/tiny.conf.']);
    expect(summary).toContain('| debian-12/amd64 | fail | 3 |');
  }, 60_000);

  test('a candidate that is published otherwise is an error; an unknown lane is refused', async () => {
    await stage.publishAll(www, { candidate: [tiny] });
    const { code, evidence } = await compose();
    expect([code, evidence?.conclusion]).toEqual([1, 'error']);
    expect(evidence?.platforms[0]?.comment).toContain('PUBLISHED_OUTDATED');
    const { log } = await stage.run('compose-release', { lane: 'umd-9' });
    expect(log).toContain('INPUT_INVALID');
  }, 60_000);
});
