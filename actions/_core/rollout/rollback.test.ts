import { expect, test } from 'vitest';
import { parseDistribution } from '#core/distribution/parse.ts';
import type { Lock } from '#core/ppa/lock.ts';
import { planRollback } from './rollback.ts';

const roles = ['release-team', 'verifier', 'staged-rollout-manager', 'release-manager', 'early-adopter'];
const more = ['quality-criteria', 'vulnerability-group', 'technology-provider'];
const UMD = `# Ours.
distribution: umd
title: UMD
contact: a@b.example
majors: [{major: 5, platforms: []}]
platforms: {}
teams: {${[...roles, ...more].map((role) => `${role}: x`).join(', ')}}
withdrawn: [] # nothing yet
stagedRollout: {fallbackDays: 9}
`;
const lock = (product: string, version: string): Lock => ({
  ...{
    product,
    provider: 'INFN',
    version,
    ppa: `INFN.${product}.debian-12.amd64-${version}`,
    type: 'minor',
    packages: [],
  },
  release: `releases/umd/5/INFN/${product}-${version}`,
});
const base = [lock('voms', '2.0.0'), lock('bdii', '6.0.0')];
const next = [lock('voms', '2.1.0'), lock('bdii', '6.0.0'), lock('argus', '1.0.0')];
const before = {
  production: [
    { tag: 'umd-5.0.0', locks: base },
    { tag: 'umd-5.1.0', locks: next },
  ],
  locks: next,
  distribution: UMD,
};

test('what came with the release is withdrawn; the locks before it come back, new ones go; nothing else is touched', () => {
  const { withdrawn, files } = planRollback({ ...before, tag: 'umd-5.1.0' });
  expect(withdrawn).toEqual(['INFN.argus.debian-12.amd64-1.0.0', 'INFN.voms.debian-12.amd64-2.1.0']);
  expect([...files.keys()].sort()).toEqual([
    'repos/umd.yml',
    'repos/umd/5/debian-12/amd64/argus.yml',
    'repos/umd/5/debian-12/amd64/voms.yml',
  ]);
  expect(files.get('repos/umd/5/debian-12/amd64/argus.yml')).toBeUndefined();
  expect(files.get('repos/umd/5/debian-12/amd64/voms.yml')).toContain('INFN.voms.debian-12.amd64-2.0.0');
  const text = files.get('repos/umd.yml') ?? '';
  expect(parseDistribution(text, { file: 'x' }).value).toMatchObject({ withdrawn, stagedRollout: { fallbackDays: 9 } });
  expect(text.split('\n')[0]).toBe('# Ours.');
});

test('what was withdrawn before stays so', () => {
  const listed = UMD.replace('[] # nothing yet', '\n  - INFN.voms.debian-12.amd64-2.1.0');
  const { withdrawn, files } = planRollback({ ...before, tag: 'umd-5.1.0', distribution: listed });
  expect(withdrawn).toEqual(['INFN.argus.debian-12.amd64-1.0.0']);
  expect(parseDistribution(files.get('repos/umd.yml') ?? '', { file: 'x' }).value?.withdrawn).toEqual([
    'INFN.voms.debian-12.amd64-2.1.0',
    'INFN.argus.debian-12.amd64-1.0.0',
  ]);
});

test.each([
  ['umd-5.0.0', 'umd-5.0.0 is the base of 5.1.0.'],
  ['umd-5.2.0', '"umd-5.2.0" is not released.'],
  ['v1', '"v1" is not released.'],
])('%s is refused', (tag, sentence) => {
  expect(() => planRollback({ ...before, tag })).toThrow(sentence);
});
test('a release of which all is withdrawn is refused', () => {
  const none = UMD.replace(
    'withdrawn: []',
    'withdrawn: [INFN.voms.debian-12.amd64-2.1.0, INFN.argus.debian-12.amd64-1.0.0]',
  );
  expect(() => planRollback({ ...before, tag: 'umd-5.1.0', distribution: none })).toThrow(
    'Nothing of umd-5.1.0 is left',
  );
});
