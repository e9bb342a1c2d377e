/** What a key or a signature is made of, as a calendar names it. */
export interface Trait {
  /** `rsa`, `dsa`, `ecdsa`, `brainpool`, `eddsa`; `sha1`, `sha224`, `md5`, `ripemd160`; `v3` of signatures. */
  readonly kind: string;
  /** Of a key. */
  readonly bits?: number;
}

interface Ending {
  readonly kind: string;
  /** Keys of fewer bits; all when not given. */
  readonly below?: number;
  /** The first day on which the client refuses it. */
  readonly from: string;
  readonly client: string;
}

const APT_3 = 'apt 3 (Debian 13)';
const EL_9 = 'dnf of EL 9';
const NIST = 'whoever follows NIST IR 8547';

/**
 * When clients stop taking what. Sources: apt 3.0's default-sequoia.config; apt's gpgv method (apt 1.4 and later); the
 * crypto policies of EL 9 (DEFAULT, 2022); NIST IR 8547 (2024), table 2. A new line is all that a new date needs.
 */
const CALENDAR: readonly Ending[] = [
  { kind: 'md5', from: '2016-01-01', client: 'every apt' },
  { kind: 'sha1', from: '2017-01-25', client: 'apt 1.4 and later' },
  { kind: 'ripemd160', from: '2017-01-25', client: 'apt 1.4 and later' },
  { kind: 'sha1', from: '2022-05-17', client: EL_9 },
  { kind: 'rsa', below: 2048, from: '2022-05-17', client: EL_9 },
  { kind: 'dsa', from: '2022-05-17', client: EL_9 },
  { kind: 'dsa', from: '2024-02-01', client: APT_3 },
  { kind: 'sha224', from: '2026-02-01', client: APT_3 },
  { kind: 'v3', from: '2026-02-01', client: APT_3 },
  { kind: 'brainpool', from: '2028-02-01', client: APT_3 },
  { kind: 'rsa', below: 3072, from: '2030-02-01', client: APT_3 },
  { kind: 'rsa', from: '2036-01-01', client: NIST },
  { kind: 'ecdsa', from: '2036-01-01', client: NIST },
  { kind: 'eddsa', from: '2036-01-01', client: NIST },
];

/** Days before a refusal from which on it is told: enough to bring a new key to every site by `umd-release`. */
const WARN_DAYS = 270;
const DAY = 86_400_000;

export interface Outlook {
  /** Sentences: some client refuses it today. */
  readonly refused: readonly string[];
  /** Sentences: some client will, within `WARN_DAYS`. */
  readonly warnings: readonly string[];
}

/** @param expires of the key itself */
export function outlook(traits: readonly Trait[], expires: Date | undefined, now: Date): Outlook {
  const found = traits.flatMap((trait) =>
    CALENDAR.filter((one) => isMeant(one, trait)).map((one) => ({ ...one, trait })),
  );
  const day = now.toISOString().slice(0, 10);
  const soon = new Date(now.getTime() + WARN_DAYS * DAY).toISOString().slice(0, 10);
  const ends = expires?.toISOString().slice(0, 10) ?? '9999-12-31';
  return {
    refused: unique(
      found
        .filter(({ from }) => from <= day)
        .map(({ trait, client, from }) => `${client} refuses ${nameOf(trait)} since ${from}.`),
    ),
    warnings: unique([
      ...found
        .filter(({ from }) => from > day && from <= soon)
        .map(({ trait, client, from }) => `${client} will refuse ${nameOf(trait)} from ${from} on.`),
      ...(ends > day && ends <= soon ? [`Every client will refuse the signing key from ${ends} on: it expires.`] : []),
    ]),
  };
}

function isMeant({ kind, below }: Ending, trait: Trait): boolean {
  return kind === trait.kind && (below === undefined || (trait.bits ?? 0) < below);
}

function nameOf({ kind, bits }: Trait): string {
  if (kind === 'v3') return 'signatures of version 3';
  return bits === undefined ? `${kind.toUpperCase()} digests` : `${kind.toUpperCase()} keys of ${bits} bits`;
}

function unique(all: readonly string[]): readonly string[] {
  return [...new Set(all)];
}
