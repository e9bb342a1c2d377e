import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openSigner, type Signer } from './signer.ts';
import { proveSigner } from './signer-proof.ts';
import { makeKey, withGpg } from './testing/make-key.ts';

test('gpgv takes both kinds of signature, made with SHA-512, and nothing is left behind', async () => {
  const key = makeKey('umd');
  const folder = mkdtempSync(join(tmpdir(), 'signed-'));
  vi.stubEnv('TMPDIR', folder);
  const signer = await openSigner(key.secret, new Date());
  expect(readdirSync(folder)).toHaveLength(1);
  const file = (name: string, bytes: string | Buffer) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const keyring = file(
    'keyring.gpg',
    withGpg((gpg, home) => {
      gpg('--import', file('umd.asc', signer.publicKey));
      return execFileSync('gpg', ['--homedir', home, '--export']);
    }),
  );
  const gpgv = (...files: string[]) =>
    execFileSync('gpgv', ['--status-fd', '1', '--keyring', keyring, ...files], { encoding: 'utf8', stdio: 'pipe' });

  const [inline, apart] = [await signer.clearsign('Origin: UMD\n'), await signer.detach('Origin: UMD\n')];
  await signer.close();
  vi.unstubAllEnvs();
  expect(readdirSync(folder)).toEqual(['keyring.gpg', 'umd.asc']);
  // VALIDSIG's eighth field is the hash algorithm: 10 is SHA512 (GnuPG, doc/DETAILS).
  const valid = new RegExp(`VALIDSIG ${key.fingerprint} \\S+ \\d+ \\d+ 4 0 22 10 `);
  expect(gpgv(file('InRelease', inline))).toMatch(valid);
  expect(gpgv(file('Release.gpg', apart), file('Release', 'Origin: UMD\n'))).toMatch(valid);
  expect(() => gpgv(file('Release.gpg', apart), file('Release', 'Origin: other\n'))).toThrow();
  rmSync(folder, { recursive: true });
});

test.each([
  ['RSA of 2048 bits', { algorithm: 'rsa2048' }, 'SIGNER_KEY_WEAK'],
  ['DSA', { algorithm: 'dsa2048' }, 'SIGNER_KEY_WEAK'],
  ['a self-signature by SHA-1', { options: ['--cert-digest-algo', 'SHA1'] }, 'SIGNER_KEY_WEAK'],
  ['an expired key', { options: ['--faked-system-time', '20200101T000000'], expires: '1d' }, 'SIGNER_KEY_EXPIRED'],
])('refuses %s before anything is signed', async (_, kind, code) => {
  await expect(openSigner(makeKey('weak', kind).secret, new Date())).rejects.toMatchObject({ code });
});

test('refuses what is no secret key, or two of them', async () => {
  const [one, two] = [makeKey('one'), makeKey('two')];
  for (const text of ['', 'hello', one.public, one.secret + two.secret]) {
    await expect(openSigner(text, new Date())).rejects.toMatchObject({ code: 'SIGNER_KEY_INVALID' });
  }
});

test('takes RSA of 3072 bits', async () => {
  const signer = await openSigner(makeKey('rsa', { algorithm: 'rsa3072' }).secret, new Date());
  await signer.close();
});

/** A port with some other holder behind it: signs by gpg as it is told to, and claims a key. */
function holder(
  kind: { secret: string },
  claims: { public: string; fingerprint: string },
  options: readonly string[] = [],
) {
  const sign = (text: string | Uint8Array, how: string) =>
    withGpg((_, home) => {
      const gpg = (args: readonly string[], input: string | Uint8Array) =>
        execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--passphrase', '', '--pinentry-mode', 'loopback', ...args], { input, stdio: ['pipe', 'pipe', 'ignore'] }); // biome-ignore format: one thought
      gpg(['--import'], kind.secret);
      return gpg([...options, '--armor', how], text);
    });
  const port: Pick<Signer, 'fingerprint' | 'publicKey' | 'clearsign' | 'detach'> = {
    ...{ fingerprint: claims.fingerprint, publicKey: claims.public },
    clearsign: async (text) => sign(text, '--clearsign'),
    detach: async (bytes) => sign(bytes, '--detach-sign'),
  };
  return port;
}

test('what a signer makes is tried before anything is published: unsigned, a wrong key, an expired one, SHA-1', async () => {
  const [own, other] = [makeKey('own'), makeKey('other')];
  await proveSigner(holder(own, own));
  await expect(proveSigner(holder(other, own))).rejects.toMatchObject({
    code: 'SIGNER_KEY_INVALID',
    message: expect.stringContaining('not the key that clients are given'),
  });
  const both = { ...own, public: own.public + other.public };
  await expect(proveSigner(holder(other, both))).rejects.toThrow(
    `is by ${other.fingerprint}, not by ${own.fingerprint}`,
  );
  const rsa = makeKey('rsa', { algorithm: 'rsa3072' });
  await expect(proveSigner(holder(rsa, rsa, ['--digest-algo', 'SHA1']))).rejects.toMatchObject({
    code: 'SIGNER_KEY_WEAK',
  });
  const past = ['--faked-system-time', '20200101T000000!'];
  const expired = makeKey('expired', { options: past, expires: '1d' });
  await expect(proveSigner(holder(expired, expired, past))).rejects.toMatchObject({ code: 'SIGNER_KEY_EXPIRED' });
  const unsigned = {
    ...holder(own, own),
    detach: async () => Buffer.from(''),
    clearsign: async (text: string) => Buffer.from(text),
  };
  await expect(proveSigner(unsigned)).rejects.toThrow('no signature');
}, 30_000);

test('a key that expires within months is taken, and told', async () => {
  const [long, short] = [makeKey('long', { expires: '2y' }), makeKey('short', { expires: '90d' })];
  const warnings = async (secret: string) => {
    const signer = await openSigner(secret, new Date());
    await signer.close();
    return signer.warnings;
  };
  expect(await warnings(long.secret)).toEqual([]);
  expect((await warnings(short.secret)).join()).toMatch(
    /^Every client will refuse the signing key from \d{4}-\d\d-\d\d on: it expires\.$/,
  );
});
