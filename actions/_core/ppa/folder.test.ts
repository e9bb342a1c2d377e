import { expect, test } from 'vitest';
import { parseLockPath, parseReleaseFolder, parseReleasePath, releaseFolder, verificationPath } from './folder.ts';

const LANE = { distribution: 'umd', major: 5 };
const FOLDER = 'releases/umd/5/INFN/storm-1.11.15';
const PPA = 'INFN.storm.al9.x86_64-1.11.15';

test('folders and paths read back', () => {
  const version = { major: 1, minor: 11, revision: 15 };
  expect(releaseFolder(LANE, 'INFN', 'storm', version)).toBe(FOLDER);
  const folder = { lane: LANE, provider: 'INFN', bundle: 'storm', version };
  expect(parseReleaseFolder(FOLDER)).toEqual(folder);
  expect(parseReleasePath(`${FOLDER}/release.xml`)).toEqual({ kind: 'release', folder });
  expect(parseReleasePath(verificationPath(FOLDER, PPA))).toMatchObject({
    kind: 'verification',
    folder,
    ppa: { product: 'storm', os: 'al9' },
  });
  expect(parseReleaseFolder('releases/umd/5/IGTF/igtf-policy-bundle-1.133.0')?.bundle).toBe('igtf-policy-bundle');
  expect(parseLockPath('repos/umd/5/al9/x86_64/storm.yml')).toEqual({
    lane: LANE,
    os: 'al9',
    arch: 'x86_64',
    product: 'storm',
  });
});

test.each([
  'releases/umd/5/INFN/../IGTF/storm-1.0.0/release.xml',
  'releases/umd/5/INFN/storm-1.0.0/./release.xml',
  '/releases/umd/5/INFN/storm-1.0.0/release.xml',
  'releases/umd/5/INFN/storm-1.0/release.xml',
  'releases/umd/5/INFN/storm-01.0.0/release.xml',
  'releases/umd/5/infn/storm-1.0.0/release.xml',
  'releases/umd/05/INFN/storm-1.0.0/release.xml',
  'releases/umd/5/INFN/storm-1.0.0/release.xml\n',
  'releases/umd/5/INFN/storm-1.0.0/Release.xml',
  'releases/umd/5/INFN/storm-1.0.0/deeper/release.xml',
  `${FOLDER}/storm/verification.yml`,
  `${FOLDER}/${PPA}/release.xml`,
])('no release path: %s', (path) => {
  expect(parseReleasePath(path)).toBeUndefined();
});

test.each([
  'repos/umd/5/al9/x86_64/../storm.yml',
  'repos/umd/5/al9/storm.yml',
  'repos/umd.yml',
  'repos/umd/5/al9/x86_64/Storm.yml',
])('no lock path: %s', (path) => {
  expect(parseLockPath(path)).toBeUndefined();
});
