import { expect, test } from 'vitest';
import { findingLine } from './findings.ts';
import { piupartsEnded, piupartsFindings } from './piuparts.ts';

// Lines as piuparts 1.1.7 wrote them, of several packages put together.
const LOG = `0m0.0s INFO: piuparts version 1.1.7 starting up.
0m6.4s INFO: /sbin converted to /usr/sbin by /usr merge
0m8.0s INFO: Package bdii contains logrotate file: /etc/logrotate.d/bdii
0m8.1s ERROR: FAIL: Cron file /etc/cron.d/tiny has output with package removed
0m9.1s ERROR: FAIL: Package purging left files on system:
  /var/lib/tiny/\t not owned
  /var/lib/tiny/spool\t owned by: tiny, base

0m9.1s ERROR: FAIL: After purging files have disappeared:
  /etc/motd\t not owned

0m9.2s INFO: Warning: Package purging left files on system:
  /var/lib/ldap/\t not owned
These files seem to have been left by dependencies rather than by packages
being explicitly tested.

0m9.2s ERROR: FAIL: The moon is full.
0m9.2s ERROR: FAIL: Installation and purging test.
`;

test('each path of each complaint is a finding, under a name of ours', () => {
  expect(piupartsFindings(LOG).map(findingLine)).toEqual([
    'piuparts E cron-output /etc/cron.d/tiny',
    'piuparts E left-files /var/lib/tiny/ not owned',
    'piuparts E left-files /var/lib/tiny/spool owned by: tiny, base',
    'piuparts E files-disappeared /etc/motd not owned',
    'piuparts W left-files-by-dependencies /var/lib/ldap/ not owned',
    'piuparts E unreadable The moon is full.',
  ]);
});

test('a run that broke off says nothing', () => {
  expect(piupartsEnded(LOG)).toBe(true);
  expect(piupartsEnded('0m9.7s INFO: PASS: All tests.\n0m9.7s INFO: piuparts run ends.\n')).toBe(true);
  expect(piupartsEnded("0m1.8s ERROR: Command failed (status=100): ['chroot', 'apt-get']\n")).toBe(false);
});
