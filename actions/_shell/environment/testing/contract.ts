import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvironmentProvider, GoldenImage, ThrowAwaySystem } from '#shell/environment/ports.ts';

/**
 * What every kind of throw-away system owes to those who verify on it, tried on one system from its making to its end. The
 * programs called are Debian's own, so that nothing is judged by what ours says about itself.
 * @param programs false for a kind that runs none (in memory): what is owed for files and the end of life remains
 * @returns the clauses that were tried, in order
 * @throws AssertionError at the first that is broken
 */
export async function keepContract(
  provider: EnvironmentProvider,
  golden: GoldenImage,
  { programs = true } = {},
): Promise<string[]> {
  const found = await provider.detect();
  assert(found.available, 'detect');
  const tried: string[] = [];
  const system = await provider.create(golden);
  const folder = await mkdtemp(join(tmpdir(), 'contract-'));
  const outside = await listen();
  const clause = async (name: string, check: () => Promise<void>): Promise<void> => {
    await check().catch((cause: Error) => {
      throw new Error(`${provider.name} breaks "${name}": ${cause.message}`, { cause });
    });
    tried.push(name);
  };
  try {
    assert.deepEqual(system.abilities, found.abilities);
    if (programs) await clause('a program has its own words, status, input and environment', () => speaks(system));
    await clause('boots and is sound', async () => {
      await system.boot();
      assert.deepEqual(await system.selfTest(), []);
    });
    await clause('files go in and out, byte for byte', () => copies(system, folder));
    await clause('what was added is listed', () => listsAdded(system));
    if (programs) {
      await clause('what was changed and removed is listed', () => listsChanged(system));
      await clause('awkward words arrive as they are', () => awkward(system));
      await clause('a hanging program ends at its limit, a daemon does not hold us', () => ends(system));
      await clause('open ports are told', () => tellsPorts(system));
      await clause('services run if it is said, and else do not', () => runsServices(system));
      if (system.abilities.networkCut) await clause('nothing outside can be reached', () => isCut(system, outside));
    }
    await clause('a second system knows nothing of the first, or is refused', () => second(provider, golden, programs));
  } finally {
    await system.destroy();
    await outside.close();
    await rm(folder, { recursive: true });
  }
  await clause('after its end it answers as one that was killed', async () => {
    await system.destroy();
    assert.equal((await system.run(['true'])).code, 137);
  });
  return tried;
}

async function speaks(system: ThrowAwaySystem): Promise<void> {
  process.env.UMD_CONTRACT_SECRET = 'of ours';
  const script = 'cat; echo "$COLOUR $UMD_CONTRACT_SECRET."; echo bad >&2; exit 3';
  const limits = { input: 'in\n', env: { COLOUR: 'green' } };
  assert.deepEqual(await system.run(['sh', '-c', script], limits), {
    code: 3,
    stdout: 'in\ngreen .\n',
    stderr: 'bad\n',
  });
}

async function copies(system: ThrowAwaySystem, folder: string): Promise<void> {
  const bytes = randomBytes(3_000_000);
  await writeFile(join(folder, 'in'), bytes);
  await system.copyIn(join(folder, 'in'), '/srv/a folder/copy');
  await system.copyOut('/srv/a folder/copy', join(folder, 'out'));
  assert(bytes.equals(await readFile(join(folder, 'out'))), 'other bytes came out');
  await assert.rejects(system.copyOut('/srv/nothing', join(folder, 'none')), { code: 'ENVIRONMENT_FAULT' });
}

async function listsAdded(system: ThrowAwaySystem): Promise<void> {
  await system.writeFile('/srv/a folder/x.sh', '#!/bin/sh\necho "$1"\n', 0o755);
  const found = (await system.listChanges()).find(({ path }) => path === '/srv/a folder/x.sh');
  assert.deepEqual(found, {
    ...{ kind: 'added', path: '/srv/a folder/x.sh', type: 'file', mode: 0o755, uid: 0, gid: 0, size: 20 },
  });
}

async function listsChanged(system: ThrowAwaySystem): Promise<void> {
  const before = new Set((await system.listChanges()).map(({ path }) => path));
  const script = [
    'chmod 0777 /srv; rm /etc/issue; mkdir -m 1777 /srv/sticky; ln -s /etc/passwd /srv/link',
    'chown 1:2 "/srv/a folder/copy"; sed -i s/Debian/Dubian/ /etc/issue.net; : > /tmp/volatile',
  ];
  assert.equal((await system.run(['sh', '-euc', script.join('\n')])).code, 0);
  const after = (await system.listChanges()).filter(({ path }) => !before.has(path));
  assert.deepEqual(
    after.map(({ kind, path, type, mode }) => `${kind} ${type} ${mode.toString(8)} ${path}`),
    [
      ...['removed other 0 /etc/issue', 'changed file 644 /etc/issue.net', 'changed directory 777 /srv'],
      ...['added link 777 /srv/link', 'added directory 1777 /srv/sticky'],
    ],
  );
  const copy = (await system.listChanges()).find(({ path }) => path === '/srv/a folder/copy');
  assert.deepEqual([copy?.uid, copy?.gid, copy?.size], [1, 2, 3_000_000]);
}

async function awkward(system: ThrowAwaySystem): Promise<void> {
  const words = 'two words; and "more" $HOME `id` \\ é';
  assert.deepEqual(await system.run(['/srv/a folder/x.sh', words]), { code: 0, stdout: `${words}\n`, stderr: '' });
}

async function ends(system: ThrowAwaySystem): Promise<void> {
  assert.equal((await system.run(['sleep', '60'], { timeout: 500 })).code, 124);
  assert.equal((await system.run(['sh', '-c', 'sleep 60 & echo started'])).stdout, 'started\n');
}

const SERVER =
  'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 4711, Listen => 1) or die; sleep 60';

async function tellsPorts(system: ThrowAwaySystem): Promise<void> {
  await system.run(['sh', '-c', 'perl -MIO::Socket::INET -e "$1" > /dev/null 2>&1 &', 'serve', SERVER]);
  const asked = 'for try in $(seq 100); do ss -Hlnt | grep -q :4711 && exit; sleep 0.1; done';
  await system.run(['sh', '-c', asked]);
  const found = (await system.probePorts()).find(({ port }) => port === 4711);
  assert.deepEqual(found, { protocol: 'tcp', address: '127.0.0.1', port: 4711, program: 'perl' });
}

const UNIT = '[Service]\nExecStart=/bin/sh -c "echo lives > /run/contract; exec sleep infinity"\n';

async function runsServices(system: ThrowAwaySystem): Promise<void> {
  await system.writeFile('/etc/systemd/system/contract.service', UNIT);
  await system.run(['systemctl', 'daemon-reload']);
  const { code } = await system.run(['systemctl', 'start', 'contract.service']);
  const { stdout } = await system.run(['systemctl', 'is-active', 'contract.service']);
  assert.equal(code === 0 && stdout === 'active\n', system.abilities.services);
}

const CALL = 'exit !IO::Socket::INET->new(PeerAddr => $ARGV[0], Timeout => 2)';

/** An address of this machine that a system with a network would reach, the loopback, and the gateway of emulated ones. */
async function isCut(system: ThrowAwaySystem, { port, heard }: Listener): Promise<void> {
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const addresses = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  for (const address of new Set([...addresses, '127.0.0.1', '10.0.2.2'])) {
    const { code } = await system.run(['perl', '-MIO::Socket::INET', '-e', CALL, `${address}:${port}`]);
    assert.notEqual(code, 0, address);
  }
  assert.equal(heard(), 0);
}

async function second(provider: EnvironmentProvider, golden: GoldenImage, programs: boolean): Promise<void> {
  const found = await provider.detect();
  if (found.available && !found.abilities.secondSystem) {
    await assert.rejects(provider.create(golden), { code: 'ENVIRONMENT_FAULT' });
    return;
  }
  const other = await provider.create(golden);
  try {
    if (programs) assert.notEqual((await other.run(['test', '-e', '/srv/sticky'])).code, 0);
    assert(!(await other.listChanges()).some(({ path }) => path.startsWith('/srv')), 'changes of another system');
  } finally {
    await other.destroy();
  }
}

interface Listener {
  readonly port: number;
  readonly heard: () => number;
  readonly close: () => Promise<void>;
}

async function listen(): Promise<Listener> {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await new Promise<void>((ready) => server.listen(0, '0.0.0.0', ready));
  const { port } = server.address() as { port: number };
  return { port, heard: () => calls, close: () => new Promise((closed) => server.close(() => closed())) };
}
