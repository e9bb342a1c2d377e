import { expect, test } from 'vitest';
import {
  candidateEvidence,
  contentDigest,
  isTrusted,
  type Run,
  releaseEvidence,
  verificationArtifact,
  verificationEvidence,
} from './evidence.ts';

const LOCK = 'a'.repeat(64);
const SHA = 'b'.repeat(40);
const about = { ppa: 'INFN.voms.debian-12.amd64-2.1.0', pull: 7, lock: LOCK };
/** As the contract writes it. */
const said = {
  kind: 'verification',
  ...about,
  snapshot: 'c'.repeat(64),
  environment: { provider: 'nspawn', image: 'debian-12', platform: 'debian-12/amd64' },
  conclusion: 'pass',
  rows: [{ criterion: 'QC_DIST_1', result: 'OK', comment: '', evidence: { sha256: LOCK, excerpt: '' } }],
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:01:00Z',
};

test('evidence about another lock, PPA or pull request, or of another shape, is none', () => {
  expect(verificationEvidence(JSON.stringify(said), about)).toEqual(said);
  expect(verificationEvidence(JSON.stringify(said), { ...about, lock: 'd'.repeat(64) })).toBeUndefined();
  expect(verificationEvidence(JSON.stringify(said), { ...about, pull: 8 })).toBeUndefined();
  expect(verificationEvidence(JSON.stringify(said), { ...about, ppa: 'X' })).toBeUndefined();
  for (const wrong of [
    { conclusion: 'passed' },
    { rows: [{ criterion: 'QC', result: 'ok', comment: '' }] },
    { lock: 1 },
  ])
    expect(verificationEvidence(JSON.stringify({ ...said, ...wrong }), about)).toBeUndefined();
  expect(verificationEvidence('pass {', about)).toBeUndefined();
});

test('release and candidate evidence are bound to their commit', () => {
  const release = { kind: 'release-check', pull: 7, sha: SHA, conclusion: 'pass', faults: [], ppas: [] };
  expect(releaseEvidence(JSON.stringify(release), { pull: 7, sha: SHA })).toEqual(release);
  expect(releaseEvidence(JSON.stringify(release), { pull: 7, sha: 'c'.repeat(40) })).toBeUndefined();
  const candidate = { kind: 'candidate', lane: 'umd-5', commit: SHA, conclusion: 'pass', platforms: [] };
  expect(candidateEvidence(JSON.stringify(candidate), { lane: 'umd-5', commit: SHA })).toEqual(candidate);
  expect(candidateEvidence(JSON.stringify(candidate), { lane: 'umd-4', commit: SHA })).toBeUndefined();
});

test('the artifact of a PPA carries the first 16 digits of its lock', () => {
  expect(verificationArtifact(about.ppa, LOCK)).toBe('verification-INFN.voms.debian-12.amd64-2.1.0-aaaaaaaaaaaaaaaa');
});

test('an approval is bound to both texts and to which is which', () => {
  // printf '3:one3:two' | sha256sum
  expect(contentDigest('one', 'two')).toBe('557396a8011134a98c826059f5454b57e9797395e620c11d12f5f2677e14c405');
  expect(contentDigest('onet', 'wo')).not.toBe(contentDigest('one', 'two'));
});

test('only runs of the default branch’s own files are believed', () => {
  const run: Run = {
    id: 1,
    path: '.github/workflows/verify-ppa.yml',
    title: 'verify-ppa 7',
    event: 'workflow_dispatch',
    branch: 'main',
    sha: SHA,
    actor: 'umd-bot[bot]',
    status: 'completed',
    conclusion: 'success',
    createdAt: '',
    updatedAt: '',
  };
  const trusted = (change: Partial<Run>) => isTrusted({ ...run, ...change }, 'verify-ppa', 'main');
  expect(trusted({})).toBe(true);
  expect(trusted({ path: '.github/workflows/verify-ppa.yml@refs/heads/main' })).toBe(true);
  expect(trusted({ event: 'pull_request_target', branch: 'a-fork-branch' })).toBe(true);
  expect(trusted({ branch: 'ppa/x' })).toBe(false);
  expect(trusted({ event: 'pull_request' })).toBe(false);
  expect(trusted({ event: 'pull_request', branch: 'main' })).toBe(false);
  expect(trusted({ path: '.github/workflows/other.yml' })).toBe(false);
});
