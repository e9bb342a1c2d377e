import type { Change } from '#core/environment/system.ts';
import type { Facts, Upgrade } from '../facts.ts';

const WANTED = [{ name: 'storm', version: '1.11.15-1' }];
const STEP = { name: 'install packages', code: 0, output: 'Setting up storm' };
export const CONTENT: NonNullable<Facts['content']> = {
  packages: [
    {
      name: 'storm',
      files: [
        '/usr/bin/clientSRM',
        '/usr/share/man/man1/clientSRM.1.gz',
        '/usr/sbin/stormd',
        '/usr/share/man/man8/stormd.8.gz',
        '/usr/lib/systemd/system/stormd.service',
      ],
      configuration: ['/etc/storm/storm.properties'],
      licence: 'text',
      licences: ['Apache-2.0'],
    },
  ],
  afterInstallation: [],
  afterServices: [],
  secrets: [],
  ports: [],
  ...{ earlyPorts: [], certificates: [], units: [], capabilities: [] },
  answers: [{ program: '/usr/bin/clientSRM', code: 0, said: true }],
};
export const UPGRADE: Upgrade = {
  steps: [STEP],
  from: [{ name: 'storm', version: '1.11.14-1' }],
  wanted: WANTED,
  installed: WANTED,
  changedFiles: ['/etc/storm/storm.properties'],
  lostFiles: [],
};
/** A product with nothing to be said about it. */
export const SOUND: Facts = {
  format: 'deb',
  abilities: { services: true, networkCut: true, secondSystem: true },
  installation: { steps: [STEP], wanted: WANTED, installed: WANTED, dependencies: [], foreign: [], breaks: [] },
  upgrade: UPGRADE,
  content: CONTENT,
  services: [{ unit: 'stormd.service', state: 'ran', output: 'Started.', account: 'storm', exposure: '9.6' }],
  removal: { steps: [], leftovers: [], alive: [] },
  tests: { name: 'tests', code: 0, output: 'ok' },
  documentation: { notes: 'Mends the spool. Known issue: none.', pages: [] },
  checkers: [{ tool: 'lintian', findings: [] }],
  product: {
    description: 'Storage resource manager of the StoRM project.',
    purpose: 'Storage.',
    supportEnds: ['2027-01-01'],
    day: '2026-06-01',
  },
};
export const file = (path: string, mode: number, more: Partial<Change> = {}): Change => {
  return { kind: 'added', type: 'file', path, mode, uid: 0, gid: 0, size: 1, ...more };
};
