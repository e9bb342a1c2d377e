import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { refusal } from '#core/fault-codes.ts';
import { gpgVerdict, rpmVerdict, signerFrom } from '#core/intake/signature.ts';
import { bareEnvironment } from '#shell/packages.ts';
import { runProcess } from '#shell/process.ts';
import type { Keyring } from '#shell/signature-keys.ts';

/**
 * Checks an rpm's own signature against the declared keys.
 * @returns fingerprint of the signer's primary key
 * @throws ProvisioningError PACKAGE_SIGNATURE_MISSING, _UNKNOWN, _BAD, _WEAK
 */
export async function verifyRpm(path: string, { folder, signerOf }: Keyring): Promise<string> {
  const env = bareEnvironment(folder);
  const db = ['--dbpath', folder];
  const level = ['--define', '_pkgverify_level all'];
  const said = await runProcess(['rpmkeys', ...db, ...level, '--checksig', '-v', '--', resolve(path)], { env });
  const tags = '%{RSAHEADER:pgpsig} %{DSAHEADER:pgpsig}';
  const ids = await runProcess(['rpm', ...db, '-qp', '--nosignature', '--qf', tags, '--', resolve(path)], { env });
  return signerFrom(rpmVerdict(said, ids.stdout, signerOf));
}

/**
 * Checks a detached signature of a file.
 * @returns fingerprint of the signer's primary key
 * @throws ProvisioningError as verifyRpm
 */
export async function verifyDetached(signature: string, path: string, keyring: Keyring): Promise<string> {
  return signerFrom(await gpgv([resolve(signature), resolve(path)], keyring));
}

/** Two signed messages in one file, or words around the one, could be read differently by gpgv and by us. */
const CLEAR_SIGNED =
  /^-----BEGIN PGP SIGNED MESSAGE-----\r?\n(?:(?!-----)[^\n]*\n)+-----BEGIN PGP SIGNATURE-----\r?\n[\s\S]*-----END PGP SIGNATURE-----\s*$/;

/**
 * Checks a clear-signed text, an InRelease.
 * @returns the text that gpgv found signed, and the signer
 * @throws ProvisioningError as verifyRpm
 */
export async function verifyClearSigned(path: string, keyring: Keyring): Promise<{ text: string; signer: string }> {
  const whole = await readFile(path, 'utf8');
  if (!CLEAR_SIGNED.test(whole) || whole.split('-----BEGIN PGP SIGNATURE-----').length !== 2) {
    throw refusal('PACKAGE_SIGNATURE_MISSING', 'The InRelease is not one clear-signed text.');
  }
  const out = `${resolve(path)}.signed`;
  await rm(out, { force: true });
  const signer = signerFrom(await gpgv(['--output', out, resolve(path)], keyring));
  return { text: await readFile(out, 'utf8'), signer };
}

async function gpgv(args: readonly string[], { folder, file, signerOf }: Keyring) {
  const options = ['--homedir', folder, '--status-fd', '1', '--keyring', file];
  const said = await runProcess(['gpgv', ...options, ...args], { env: bareEnvironment(folder) });
  if (!said.stdout.includes('[GNUPG:] ')) throw new Error(`gpgv gave no status: ${said.stderr.trim()}`);
  return gpgVerdict(said.stdout, signerOf);
}
