import { spawn } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundle } from '../bundle.ts';
import type { Endless } from '../child/race-publisher.ts';
import type { Library } from '../packages/library.ts';
import { aptly } from '../publish/aptly.ts';
import { createrepo } from '../publish/createrepo.ts';
import { headOf, listingOf } from '../publish/ours.ts';
import type { Key, Publisher } from '../publish/types.ts';
import { run } from '../run.ts';

/** Somebody who publishes without end. */
export interface Republishing {
  /** Client files: what an administrator would install. */
  readonly sources: string | undefined;
  readonly repo: string | undefined;
  /** States published so far. */
  published(): number;
  stop(): Promise<void>;
}

export interface Site {
  readonly folder: string;
  readonly root: string;
  readonly url: string;
  readonly key: Key;
  readonly deb: Library;
  readonly rpm: Library;
}

export type PublisherName = 'ours' | 'aptly' | 'createrepo_c';

export const START: { readonly [P in PublisherName]: (site: Site) => Promise<Republishing> } = {
  ours: startOurs,
  aptly: async (site) => {
    const library = site.deb;
    const peer = aptly({ library, size: library.books.length, folder: site.folder, key: site.key });
    await peer.prepare();
    await symlink(join(site.folder, 'aptly/public'), join(site.root, 'aptly'));
    const sources = deb822(`${site.url}/aptly`, await armored(site.key));
    return endless(peer, library, { sources, repo: undefined });
  },
  createrepo_c: async (site) => {
    const library = site.rpm;
    const peer = createrepo({ library, size: library.books.length, folder: site.folder, key: site.key }, 'update');
    const root = join(site.folder, 'createrepo');
    const sign = [
      '--batch',
      '--yes',
      '--homedir',
      site.key.home,
      '--armor',
      '--detach-sign',
      `${root}/repodata/repomd.xml`,
    ];
    const signed: Publisher = {
      ...peer,
      run: async (change) => {
        const ms = await peer.run(change);
        await run('gpg', sign);
        return ms;
      },
    };
    await peer.prepare();
    await run('gpg', sign);
    await symlink(root, join(site.root, 'createrepo'));
    await writeFile(join(site.root, 'key.asc'), await armored(site.key));
    return endless(signed, library, { sources: undefined, repo: yum(`${site.url}/createrepo`, `${site.url}/key.asc`) });
  },
};

async function startOurs({ folder, root, url, key, deb, rpm }: Site): Promise<Republishing> {
  await mkdir(join(root, 'pool'), { recursive: true });
  for (const { books, changes, store } of [deb, rpm]) {
    for (const { sha256 } of [...books, ...changes]) {
      const place = `pool/${sha256.slice(0, 2)}`;
      await mkdir(join(root, place), { recursive: true });
      await symlink(join(store, place, sha256), join(root, place, sha256));
    }
  }
  const states = ({ books, changes }: Library) =>
    changes.map((change) => listingOf(books.map((book) => (book.name === change.name ? change : book))));
  const order: Endless = {
    ...{ store: root, publicUrl: url, gnupg: key.home, fingerprint: key.fingerprint },
    heads: [headOf('deb', 'race'), headOf('rpm', 'race')],
    listings: [states(deb), states(rpm)],
  };
  const file = join(folder, 'endless.json');
  await writeFile(file, JSON.stringify(order));
  const child = spawn(process.execPath, [await bundle('race-publisher'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  let count = 0;
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((done, fail) => {
    lines.on('line', () => {
      count += 1;
      done();
    });
    child.once('close', () => fail(new Error('The publisher ended.')));
  });
  const client = (name: string) => readFile(join(root, 'clients', name), 'utf8');
  return {
    sources: await client('umd-5-debian-12/UMD-5-untested.sources'),
    repo: (await client('umd-5-al9/UMD-5-untested.repo')).replace(/^gpgcheck=1$/m, 'gpgcheck=0'), // generated, unsigned packages
    published: () => count,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function endless(peer: Publisher, { changes }: Library, files: Pick<Republishing, 'sources' | 'repo'>): Republishing {
  let [going, count] = [true, 0];
  const loop = async () => {
    for (; going; count += 1) await peer.run(changes[count % changes.length] as (typeof changes)[number]);
  };
  const ended = loop();
  return {
    ...files,
    published: () => count,
    stop: async () => {
      going = false;
      await ended;
    },
  };
}

function armored({ home, fingerprint }: Key): Promise<string> {
  return run('gpg', ['--homedir', home, '--batch', '--armor', '--export', fingerprint]);
}

function deb822(url: string, key: string): string {
  const lines = key.trimEnd().replace(/^$/gm, '.').replace(/^/gm, ' ');
  return `Types: deb\nURIs: ${url}\nSuites: bookworm\nComponents: main\nArchitectures: amd64\nSigned-By:\n${lines}\n`;
}

function yum(url: string, key: string): string {
  return `[race]\nname=race\nbaseurl=${url}\nenabled=1\ngpgcheck=0\nrepo_gpgcheck=1\ngpgkey=${key}\nskip_if_unavailable=0\n`;
}
