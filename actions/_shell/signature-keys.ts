import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import type { ProvisioningError } from '#core/faults.ts';
import type { SignerOf } from '#core/intake/signature.ts';
import { bareEnvironment } from '#shell/packages.ts';
import { runProcess } from '#shell/process.ts';

/** The keys a provider declares, and no others, in a folder that is thrown away with them. */
export interface Keyring {
  /** gpg home and rpm database. */
  readonly folder: string;
  /** Binary keyring for gpgv. */
  readonly file: string;
  readonly signerOf: SignerOf;
}

function keyFault(sentence: string): ProvisioningError {
  return refusal('PROVIDER_KEY_INVALID', sentence);
}

/** A key as the provider's record on the default branch declares it. */
export interface DeclaredKey {
  /** Of the primary key: 40 or 64 upper-case hexadecimal digits. */
  readonly fingerprint: string;
  readonly armored: string;
}

/**
 * @param folder of this keyring alone, mode 0700
 * @throws ProvisioningError PROVIDER_KEY_INVALID when there is none, a text is no public key, or not the declared one, or revoked
 */
export async function openKeyring(folder: string, declared: readonly DeclaredKey[]): Promise<Keyring> {
  const file = join(folder, 'declared.gpg');
  const gpg = gpgIn(folder);
  if (declared.length === 0) throw keyFault('The provider declares no key.');
  for (const { armored } of declared) {
    if (/PRIVATE KEY/.test(armored)) throw keyFault('A declared key is a private one.');
    await gpg(['--import'], armored);
  }
  const primaries = declared.map(({ fingerprint }) => fingerprint);
  const found = usable(await gpg(['--list-keys', '--with-colons', '--with-subkey-fingerprint']));
  const known = new Map([...found].filter(([, primary]) => primaries.includes(primary)));
  const absent = primaries.find((primary) => ![...known.values()].includes(primary));
  if (absent !== undefined) throw keyFault(`The key ${absent} is not in its file, or was revoked.`);
  await gpg(['--yes', '--output', file, '--export', ...primaries]);
  await importForRpm(folder, await gpg(['--armor', '--export', ...primaries]));
  return { folder, file, signerOf: (id) => known.get(id.toUpperCase().slice(-16)) };
}

function gpgIn(folder: string) {
  const options = ['--batch', '--no-tty', '--quiet', '--no-autostart', '--no-auto-key-retrieve'];
  return async (args: readonly string[], input = '') => {
    const said = await runProcess(['gpg', ...options, ...args], { env: bareEnvironment(folder), input });
    if (said.code === 0) return said.stdout;
    throw keyFault(`gpg does not take a declared key: ${said.stderr.trim().slice(-200)}`);
  };
}

/** Long id of each key and subkey → fingerprint of its primary; revoked and invalid ones are left out (gpg doc/DETAILS, field 2). */
function usable(colons: string): Map<string, string> {
  const known = new Map<string, string>();
  let [primary, wanted, isPrimary] = ['', false, false];
  for (const fields of colons.split('\n').map((line) => line.split(':'))) {
    if (fields[0] === 'pub' || fields[0] === 'sub') {
      isPrimary = fields[0] === 'pub';
      wanted = !['r', 'i', 'd'].includes(fields[1] ?? '') && (isPrimary || primary !== '');
      if (isPrimary) primary = '';
    }
    const fingerprint = fields[9] ?? '';
    if (fields[0] !== 'fpr' || !wanted) continue;
    if (isPrimary) primary = fingerprint;
    known.set(fingerprint.slice(-16), primary);
  }
  return known;
}

async function importForRpm(folder: string, armored: string): Promise<void> {
  const file = join(folder, 'declared.asc');
  await writeFile(file, armored);
  const said = await runProcess(['rpmkeys', '--dbpath', folder, '--import', file], { env: bareEnvironment(folder) });
  if (said.code !== 0) throw keyFault(`rpm does not take a declared key: ${said.stderr.trim().slice(-200)}`);
}
