/** What the local world is made of: names of real packages and the suites they come from. Versions are read from the files. */

/** The platform's own suite, and an older one whose architecture-independent builds serve as earlier releases. */
export const SUITE = 'bookworm';
export const OLD_SUITE = 'bullseye';
/** Mended builds of the platform's suite, taken when the host's own sources name them. */
export const SUITE_UPDATES = ['bookworm-updates', 'bookworm-security'] as const;

/** Without the classic profile: its thousand links by debconf take 5 s to put up, in a journey whose seconds are counted. */
const IGTF = ['igtf-policy-iota', 'igtf-policy-mics', 'igtf-policy-slcs'] as const;

/** Products as Debian packages them. `old`: the older suite's build is had, too, as the release before. */
export const PRODUCTS = {
  voms: { packages: ['libvomsapi1v5', 'voms-clients', 'voms-server'], old: false },
  'fetch-crl': { packages: ['fetch-crl'], old: true },
  bdii: { packages: ['bdii', 'glue-schema'], old: false },
  'igtf-policy-bundle': { packages: IGTF, old: true },
} as const satisfies Record<string, { packages: readonly string[]; old: boolean }>;

/** What a plain throw-away system holds besides the essential packages (testbed.md): part of the base, so that it is whole. */
export const SYSTEM = [
  'apt',
  'usr-is-merged',
  'systemd-sysv',
  'dbus',
  'iproute2',
  'procps',
  'libpam-systemd',
  'man-db',
  'logrotate',
  'gpg',
] as const;

/** Raised when what prepareWorld makes changes: another number is another folder in the cache. */
export const EDITION = 2;

/**
 * What the rpms need of the system, in the words of EL: rpm's generator for Perl would also find the modules that
 * fetch-crl carries within itself.
 */
export const RPM_REQUIRES: Readonly<Record<string, readonly string[]>> = {
  'fetch-crl': [
    '/usr/bin/perl',
    'openssl',
    'perl(File::Basename)',
    'perl(File::Temp)',
    'perl(Getopt::Long)',
    'perl(IO::Select)',
    'perl(IPC::Open3)',
    'perl(LWP)',
    'perl(POSIX)',
    'perl(Sys::Syslog)',
    'perl(Time::Local)',
    'systemd',
  ],
};
