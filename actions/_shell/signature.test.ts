import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyClearSigned, verifyDetached, verifyRpm } from '#shell/signature.ts';
import { type Keyring, openKeyring } from '#shell/signature-keys.ts';
import {
  buildRpm,
  dropKey,
  type Key,
  makeExpired,
  makeKey,
  revoked,
  signRpm,
  signText,
} from '#shell/testing/packages.ts';

let folder: string;
let keys: { rsa: Key; ed: Key; stranger: Key };
let keyring: Keyring;
let plain: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signature-'));
  const [rsa, ed] = [makeKey(folder, 'rsa', 'rsa3072'), makeKey(folder, 'ed')];
  keys = { rsa, ed, stranger: makeKey(folder, 'stranger') };
  mkdirSync(join(folder, 'ring'), { mode: 0o700 });
  keyring = await openKeyring(join(folder, 'ring'), [rsa, ed]);
  plain = buildRpm(folder, { name: 'signed', version: '1.0-1', arch: 'noarch' });
  writeFileSync(join(folder, 'text'), 'Suite: bookworm\nSHA256:\n abc\n');
});
afterAll(() => {
  for (const key of Object.values(keys)) dropKey(key);
  rmSync(folder, { recursive: true });
});

const copyOf = (name: string) => {
  copyFileSync(plain, join(folder, name));
  return join(folder, name);
};
/** The file with one byte turned: the last occurrence of `at`, or counted from the end. */
const changed = (path: string, at: string | number) => {
  const bytes = readFileSync(path);
  const place = typeof at === 'number' ? bytes.length - at : bytes.lastIndexOf(at);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  return path;
};
const refuses = (verdict: Promise<unknown>, fault: string) =>
  expect(verdict).rejects.toMatchObject({ code: `PACKAGE_SIGNATURE_${fault}` });

test('an rpm signed by a declared key names that key', async () => {
  expect(await verifyRpm(signRpm(copyOf('rsa.rpm'), keys.rsa), keyring)).toBe(keys.rsa.fingerprint);
  expect(await verifyRpm(signRpm(copyOf('ed.rpm'), keys.ed), keyring)).toBe(keys.ed.fingerprint);
});

test('an rpm without signature, by a stranger, by SHA-1', async () => {
  await refuses(verifyRpm(plain, keyring), 'MISSING');
  await refuses(verifyRpm(signRpm(copyOf('stranger.rpm'), keys.stranger), keyring), 'UNKNOWN');
  await refuses(verifyRpm(signRpm(copyOf('sha1.rpm'), keys.rsa, 'sha1'), keyring), 'WEAK');
});

test('an rpm whose header or payload was changed after signing', async () => {
  await refuses(verifyRpm(changed(signRpm(copyOf('header.rpm'), keys.rsa), 'A test.'), keyring), 'BAD');
  await refuses(verifyRpm(changed(signRpm(copyOf('payload.rpm'), keys.rsa), 5), keyring), 'BAD');
});

test("a key of the machine's own rpm database or gpg home is not the provider's", async () => {
  process.env.GNUPGHOME = keys.stranger.home;
  await refuses(verifyRpm(signRpm(copyOf('own.rpm'), keys.stranger), keyring), 'UNKNOWN');
  delete process.env.GNUPGHOME;
});

const written = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const clearSigned = (key: Key, digest?: string) => signText('--clearsign', join(folder, 'text'), key, digest);

test('a clear-signed text is given without its signature', async () => {
  const found = await verifyClearSigned(written('InRelease', clearSigned(keys.ed)), keyring);
  expect(found).toEqual({ text: 'Suite: bookworm\nSHA256:\n abc\n', signer: keys.ed.fingerprint });
});

test('a clear-signed text that is not what was signed', async () => {
  const good = clearSigned(keys.rsa);
  const inRelease = (content: string) => verifyClearSigned(written('InRelease', content), keyring);
  await refuses(inRelease(good.replace('bookworm', 'bullseye')), 'BAD');
  await refuses(inRelease('Suite: bookworm\n'), 'MISSING');
  await refuses(inRelease(`SHA256:\n evil\n\n${good}`), 'MISSING');
  await refuses(inRelease(`${good}\nSHA256:\n evil\n`), 'MISSING');
  await refuses(inRelease(good + good), 'MISSING');
  await refuses(inRelease(clearSigned(keys.stranger)), 'UNKNOWN');
  await refuses(inRelease(clearSigned(keys.rsa, 'SHA1')), 'WEAK');
});

test('a detached signature', async () => {
  const detached = (key: Key) => written('text.asc', signText('--detach-sign', join(folder, 'text'), key));
  expect(await verifyDetached(detached(keys.rsa), join(folder, 'text'), keyring)).toBe(keys.rsa.fingerprint);
  await refuses(verifyDetached(detached(keys.stranger), join(folder, 'text'), keyring), 'UNKNOWN');
  await refuses(verifyDetached(detached(keys.rsa), written('other', 'something else'), keyring), 'BAD');
  await refuses(verifyDetached(written('none.asc', 'nothing'), join(folder, 'text'), keyring), 'MISSING');
});

test('what may not be declared as a key', async () => {
  const { rsa, ed } = keys;
  const wrong = [
    [],
    [{ fingerprint: rsa.fingerprint, armored: 'no key' }],
    [{ fingerprint: rsa.fingerprint, armored: ed.armored }],
    [{ fingerprint: rsa.fingerprint, armored: '-----BEGIN PGP PRIVATE KEY BLOCK-----\n' }],
  ];
  for (const declared of wrong)
    await expect(openKeyring(mkdtempSync(join(folder, 'ring-')), declared)).rejects.toMatchObject({
      code: 'PROVIDER_KEY_INVALID',
    });
});

test("a file that holds a stranger's key beside the declared one lets the stranger in nowhere", async () => {
  const ring = mkdtempSync(join(folder, 'ring-'));
  const { ed, stranger } = keys;
  const narrow = await openKeyring(ring, [{ fingerprint: ed.fingerprint, armored: ed.armored + stranger.armored }]);
  await refuses(verifyRpm(signRpm(copyOf('beside.rpm'), stranger), narrow), 'UNKNOWN');
  const text = written('beside.asc', signText('--detach-sign', join(folder, 'text'), stranger));
  await refuses(verifyDetached(text, join(folder, 'text'), narrow), 'UNKNOWN');
});

test('a key that expired, and one that was revoked', async () => {
  const expired = makeExpired(folder, join(folder, 'text'));
  const ring = await openKeyring(mkdtempSync(join(folder, 'ring-')), [expired]);
  await refuses(verifyClearSigned(written('InRelease', expired.clearSigned), ring), 'BAD');
  const lost = makeKey(folder, 'lost');
  const declared = { fingerprint: lost.fingerprint, armored: revoked(lost) };
  await expect(openKeyring(mkdtempSync(join(folder, 'ring-')), [declared])).rejects.toMatchObject({
    code: 'PROVIDER_KEY_INVALID',
  });
  for (const key of [expired, lost]) dropKey(key);
});
