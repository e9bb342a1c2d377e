import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, deflateRawSync } from 'node:zlib';

/**
 * The bare cost of what no publisher of signed repositories can leave out: a process, hashing and writing the bytes that
 * a client must find changed, compressing the part that changed, one signature.
 */
export interface Least {
  readonly repositories: readonly {
    /** Compressed indexes: hashed and written. */
    readonly packed: readonly string[];
    /** Open ones that must be named: hashed. */
    readonly open: readonly string[];
    /** Texts that changed: compressed. */
    readonly chunks: readonly string[];
  }[];
  readonly out: string;
  readonly gnupg: string;
  readonly fingerprint: string;
}

const least = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Least;
const signatures = least.repositories.map((_, index) => sign(`${index}\n`.repeat(200))); // while the rest is done
for (const { chunks, open, packed, index } of least.repositories.map((one, index) => ({ ...one, index }))) {
  for (const text of chunks) deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  for (const file of open) createHash('sha256').update(readFileSync(file)).digest('hex');
  for (const [at, file] of packed.entries()) {
    const bytes = readFileSync(file);
    write(`${least.out}-${index}-${at}-${createHash('sha256').update(bytes).digest('hex')}`, bytes);
  }
}
Promise.all(signatures).then((signed) => {
  for (const [index, bytes] of signed.entries()) write(`${least.out}-${index}`, bytes);
  process.exit();
});

function write(path: string, bytes: Buffer): void {
  const file = openSync(path, 'w');
  writeFileSync(file, bytes);
  fsyncSync(file);
  closeSync(file);
}

function sign(text: string): Promise<Buffer> {
  const who = ['--batch', '--quiet', '--homedir', least.gnupg, '--local-user', least.fingerprint];
  const unbothered = ['--no-auto-check-trustdb', '--trust-model', 'always'];
  const child = spawn('gpg', [...who, ...unbothered, '--digest-algo', 'SHA512', '--armor', '--detach-sign']);
  const out: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stdin.end(text);
  return new Promise((done, fail) =>
    child.once('close', (status) => (status === 0 ? done(Buffer.concat(out)) : fail(new Error('gpg')))),
  );
}
