import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { publish } from './publish.ts';
import { chosenSigner } from './signer-choice.ts';
import { buildRpm } from './testing/build-packages.ts';
import { makeKey } from './testing/make-key.ts';
import { aptClient, dnfClient } from './testing/package-managers.ts';
import { publishingSite } from './testing/publishing.ts';
import { makeToken } from './testing/token.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});
const now = new Date();
const byFingerprint = (fingerprint: string) => chosenSigner({ secretKey: '', fingerprint }, now);

test('by the key or by a fingerprint, never by both or by nothing', async () => {
  const { secret, fingerprint } = makeKey('one');
  const signer = await chosenSigner({ secretKey: secret, fingerprint: '' }, now);
  await signer.close();
  expect(signer.fingerprint).toBe(fingerprint);
  for (const [choice, said] of [
    [{ secretKey: ' \n', fingerprint: ' ' }, 'neither SIGNING_KEY nor SIGNING_FINGERPRINT'],
    [{ secretKey: secret, fingerprint }, 'both set'],
    [{ secretKey: '', fingerprint: fingerprint.slice(-16) }, 'is no fingerprint'],
  ] as const)
    await expect(chosenSigner(choice, now)).rejects.toMatchObject({
      code: 'SIGNER_KEY_INVALID',
      message: expect.stringContaining(said),
    });
});

/** gpg's home of an operator, with a key in it. */
function operator(passphrase: string) {
  const home = mkdtempSync(join(tmpdir(), 'operator-'));
  const gpg = (...args: string[]) =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', passphrase, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }); // biome-ignore format: one call
  gpg('--quick-generate-key', 'operator <operator@example.org>', 'ed25519', 'sign', 'never');
  const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys'))?.[1] ?? '';
  const lock = () => void spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']);
  vi.stubEnv('GNUPGHOME', home);
  const close = () => {
    lock();
    rmSync(home, { recursive: true, force: true });
  };
  return { home, fingerprint, lock, close };
}

test("a key that an agent holds signs, whoever asks by its fingerprint, and the operator's home stays", async () => {
  const { home, fingerprint, close } = operator('');
  const signer = await byFingerprint(`0x${fingerprint.slice(0, 20)} ${fingerprint.slice(20).toLowerCase()}`);
  expect(signer.fingerprint).toBe(fingerprint);
  expect((await signer.clearsign('x\n')).toString()).toContain('BEGIN PGP SIGNED MESSAGE');
  await signer.close();
  expect(existsSync(join(home, 'private-keys-v1.d'))).toBe(true);
  const other = 'F'.repeat(40);
  await expect(byFingerprint(other)).rejects.toThrow(`holds no secret key ${other}`);
  close();
});

test('one that the agent cannot use without asking is refused at once', async () => {
  const { fingerprint, lock, close } = operator('a secret');
  lock(); // the agent forgets the passphrase
  await expect(byFingerprint(fingerprint)).rejects.toMatchObject({
    code: 'SIGNER_KEY_INVALID',
    message: expect.stringContaining('has it a passphrase, or is its token locked or gone?'),
  });
  close();
});

const tools = ['softhsm2-util', 'gnupg-pkcs11-scd', 'pkcs11-tool', 'openssl'];
const canToken = tools.every((tool) => spawnSync('which', [tool]).status === 0);

test.runIf(canToken)(
  'a key on a token signs repositories and rpms; apt-get and dnf take them',
  async () => {
    const token = makeToken();
    const { folder, openShop, shut } = await publishingSite();
    try {
      vi.stubEnv('GNUPGHOME', token.home);
      token.lock();
      await expect(byFingerprint(token.fingerprint)).rejects.toThrow('is its token locked or gone?');
      token.unlock();
      const signer = await byFingerprint(token.fingerprint);
      const { store, publishing, first } = await openShop();
      await publish(first, { ...publishing, signer });
      const client = (name: string) => readFileSync(join(store, 'clients', name), 'utf8');
      const apt = aptClient(join(folder, 'apt'), client('umd-5-debian-12/UMD-5-base.sources'));
      await apt.refresh();
      await apt.install('says-deb');
      await dnfClient(join(folder, 'dnf'), client('umd-5-al9/UMD-5-base.repo')).install('says-rpm');
      mkdirSync(join(folder, 'own'));
      const { path } = buildRpm(join(folder, 'own'), { name: 'own', version: '1-1' });
      await signer.signRpm(path);
      const tags = execFileSync('rpm', ['-qp', '--nosignature', '--qf', '%{RSAHEADER:pgpsig}', path], {
        encoding: 'utf8',
      });
      expect(tags).toMatch(new RegExp(`^RSA/SHA512, .*Key ID ${token.fingerprint.slice(-16).toLowerCase()}$`));
      expect(readdirSync(join(token.home, 'private-keys-v1.d'))).toHaveLength(1); // a stub that names the token
      await signer.close();
    } finally {
      token.close();
      await shut();
    }
  },
  60_000,
);
