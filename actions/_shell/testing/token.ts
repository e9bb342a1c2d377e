import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIBRARY = '/usr/lib/softhsm/libsofthsm2.so';
const PIN = '123456';

/**
 * A PKCS#11 token (SoftHSM, an independent implementation) with an RSA key that cannot leave it, behind gpg's agent by
 * gnupg-pkcs11-scd: as a smart card or a hardware module stands there. `unlock` gives the PIN once, as its operator does.
 */
export function makeToken() {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  const at = (name: string) => join(folder, name);
  for (const name of ['tokens', 'gnupg']) mkdirSync(at(name), { mode: 0o700 });
  writeFileSync(at('softhsm2.conf'), `directories.tokendir = ${at('tokens')}\nobjectstore.backend = file\n`);
  const env = { PATH: process.env.PATH, HOME: folder, SOFTHSM2_CONF: at('softhsm2.conf'), GNUPGHOME: at('gnupg') };
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
      cwd: folder,
      timeout: 20_000,
    });
  run('softhsm2-util', '--init-token', '--free', '--label', 'umd', '--pin', PIN, '--so-pin', PIN);
  run('openssl', 'req', '-x509', '-newkey', 'rsa:3072', '-nodes', '-subj', '/CN=umd', '-days', '30', '-keyout', 'key.pem', '-out', 'cert.pem'); // biome-ignore format: one call
  run('openssl', 'x509', '-in', 'cert.pem', '-outform', 'DER', '-out', 'cert.der');
  run('softhsm2-util', '--import', 'key.pem', '--token', 'umd', '--label', 'sign', '--id', '02', '--pin', PIN);
  rmSync(at('key.pem')); // from now on only the token has it
  run('pkcs11-tool', '--module', LIBRARY, '--login', '--pin', PIN, '--write-object', 'cert.der', '--type', 'cert', '--id', '02', '--label', 'sign'); // biome-ignore format: one call
  writeFileSync(at('gnupg/gnupg-pkcs11-scd.conf'), `providers p1\nprovider-p1-library ${LIBRARY}\npin-cache -1\n`);
  writeFileSync(at('pin.sh'), PINENTRY);
  chmodSync(at('pin.sh'), 0o700);
  const agent = `scdaemon-program /usr/bin/gnupg-pkcs11-scd\npinentry-program ${at('pin.sh')}\n`;
  writeFileSync(at('gnupg/gpg-agent.conf'), agent);
  run('gpg', '--batch', '--quiet', '--card-status'); // now the agent knows the card
  run('gpg-connect-agent', 'LEARN', '/bye');
  const grip = /KEYPAIRINFO ([0-9A-F]{40})/.exec(run('gpg-connect-agent', 'SCD LEARN', '/bye'))?.[1];
  writeFileSync(
    at('card'),
    `Key-Type: RSA\nKey-Grip: ${grip}\nKey-Usage: sign\nName-Real: token\nExpire-Date: 0\n%commit\n`,
  );
  run('gpg', '--batch', '--quiet', '--generate-key', 'card');
  const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(run('gpg', '--with-colons', '--list-keys'))?.[1] ?? '';
  const lock = () => {
    spawnSync('gpgconf', ['--kill', 'all'], { env });
    // It ends a moment later, and until then would go on to sign.
    const isThere = () =>
      !spawnSync('gpg-connect-agent', ['--no-autostart', '/bye'], { env, encoding: 'utf8' }).stderr.includes(
        'no gpg-agent',
      );
    for (let tries = 0; isThere() && tries < 100; tries += 1) spawnSync('sleep', ['0.05']);
  };
  return {
    ...{ home: at('gnupg'), config: at('softhsm2.conf'), fingerprint, lock },
    unlock: () => {
      lock(); // an agent that somebody else started does not know where the token is
      execFileSync('gpg', ['--batch', '--clearsign'], { input: 'x', env, stdio: ['pipe', 'ignore', 'pipe'], timeout: 20_000 }); // biome-ignore format: one call
    },
    close: () => {
      lock();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Types the PIN in the place of a person (GnuPG, the pinentry protocol). */
const PINENTRY = `#!/bin/sh
echo OK
while read -r line; do
  case "$line" in
    GETPIN*) echo "D ${PIN}"; echo OK ;;
    BYE*) echo OK; exit ;;
    *) echo OK ;;
  esac
done
`;
