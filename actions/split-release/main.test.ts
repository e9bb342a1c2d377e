import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aptRepository, buildDeb, buildRpm, dropKey, makeKey, signRpm, signText } from '#shell/testing/packages.ts';
import { sha256Of } from '#shell/testing/provider.ts';
import { releaseXml, type XmlPackage, type XmlPlatform } from './testing/release-xml.ts';
import { makeStage, pooled, REPOSITORY, type Stage } from './testing/stage.ts';

let stage: Stage;
/** A forge and a provider for the tests of one group: what was refused in one does not burden the next. */
const onOwnStage = () => {
  beforeAll(async () => {
    stage = await makeStage();
  });
  afterAll(() => stage.close());
};

type Version = [number, number, number];
const folderOf = (product: string, version: Version) => `releases/umd/5/INFN/${product}-${version.join('.')}`;
const releaseOf = (product: string, version: Version, platforms: XmlPlatform[], provider = 'INFN') =>
  releaseXml({ product, version, provider, platforms });

/** A deb in the provider's apt repository `place`, declared with its digest. */
function debOf(name: string, version: string, place = 'debian', arch = 'all'): XmlPackage & { path: string } {
  const path = buildDeb(join(stage.www, place, 'pool'), { name, version: `${version}-1`, arch });
  const declared = { filename: basename(path), pkgname: name, version, release: '1', arch };
  const url = `${stage.provider.url}/${place}/pool/${basename(path)}`;
  return { ...declared, url, sha256: sha256Of(path), size: String(statSync(path).size), path };
}
const sign = (place = 'debian', key = stage.key) => aptRepository(join(stage.www, place), 'bookworm', 'amd64', key);
const debian = (packages: XmlPackage[], place = 'debian'): XmlPlatform => ({
  ...{ os: 'debian-12', arch: 'amd64', protocol: 'deb', synch: `${stage.provider.url}/${place}` },
  packages: packages.map(({ filename, pkgname, version, release, arch, url, sha256, size }) => ({
    ...{ filename, pkgname, version, release, arch },
    ...(url === undefined ? {} : { url }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(size === undefined ? {} : { size }),
  })),
});

const yum = (packages: XmlPackage[]): XmlPlatform => ({
  ...{ os: 'al9', arch: 'x86_64', protocol: 'yum', synch: 'n/a' },
  packages,
});

const pulls = async () =>
  (await stage.person.paginate(stage.person.rest.pulls.list, { ...REPOSITORY, state: 'all' })).reverse();
const ppas = async () => (await pulls()).filter(({ head }) => head.ref.startsWith('ppa/'));
const branches = async () =>
  (await stage.person.paginate(stage.person.rest.repos.listBranches, { ...REPOSITORY })).map(({ name }) => name);
const comments = async (pull: number) =>
  (await stage.person.rest.issues.listComments({ ...REPOSITORY, issue_number: pull })).data.map(
    ({ body = '' }) => body,
  );
const fileAt = async (path: string, ref: string) => {
  const { data } = await stage.person.rest.repos.getContent({ ...REPOSITORY, path, ref, mediaType: { format: 'raw' } });
  return data as unknown as string;
};
/** Everything that a run may leave behind. */
const traces = async () => ({
  ppas: (await ppas()).length,
  branches: (await branches()).filter((name) => name.startsWith('ppa/')),
  pooled: pooled(stage),
});

describe.sequential('the bouncer', { timeout: 60_000 }, () => {
  onOwnStage();
  test('opens one pull request per PPA, with lock, report and labels, and pools the packages', async () => {
    const deb = debOf('bdii', '6.0.0');
    sign();
    const rpm = signRpm(
      buildRpm(join(stage.www, 'yum'), { name: 'bdii', version: '6.0.0-1', arch: 'noarch' }),
      stage.key,
    );
    const declared = { filename: basename(rpm), pkgname: 'bdii', version: '6.0.0', release: '1', arch: 'noarch' };
    const url = `${stage.provider.url}/yum/${basename(rpm)}`;
    const al9 = yum([{ ...declared, url, sha256: sha256Of(rpm) }]);
    const folder = folderOf('bdii', [6, 0, 0]);
    const origin = await stage.release(folder, releaseOf('bdii', [6, 0, 0], [debian([deb]), al9]));

    const rehearsal = await stage.run({ 'dry-run': 'true' });
    expect(rehearsal.code, rehearsal.log).toBe(0);
    expect(await traces()).toEqual({ ppas: 0, branches: [], pooled: [] });
    const names = ['INFN.bdii.debian-12.amd64-6.0.0', 'INFN.bdii.al9.x86_64-6.0.0'];
    expect(JSON.parse(rehearsal.outputs.opened ?? '')).toEqual(names.map((ppa) => ({ ppa })));

    const run = await stage.run();
    expect(run.code, run.log).toBe(0);
    const found = await ppas();
    expect(found.map(({ title }) => title)).toEqual(names);
    expect(JSON.parse(run.outputs.opened ?? '')).toEqual(
      found.map(({ title, number }) => ({ ppa: title, pull: number })),
    );
    for (const { labels, base, user, body } of found) {
      expect(labels.map(({ name }) => name).sort()).toEqual([
        'ReleaseType: Major',
        'RolloutProgress: Unverified',
        'UMDRelease: 5',
      ]);
      expect([base.ref, user?.login]).toEqual(['candidate', 'umd-bot[bot]']);
      expect(body).toContain(`#${origin}`);
    }

    const branch = `ppa/${names[0]}`;
    expect(load(await fileAt('repos/umd/5/debian-12/amd64/bdii.yml', branch))).toEqual({
      ...{ product: 'bdii', provider: 'INFN', version: '6.0.0', ppa: names[0], release: folder, type: 'major' },
      packages: [
        {
          ...{
            name: 'bdii',
            version: '6.0.0-1',
            arch: 'all',
            sha256: sha256Of(deb.path),
            size: statSync(deb.path).size,
          },
          ...{ file: 'bdii_6.0.0-1_all.deb', signer: stage.key.fingerprint, url: deb.url },
        },
      ],
    });
    const report = load(await fileAt(`${folder}/${names[0]}/verification.yml`, branch)) as {
      ppa: string;
      criteria: string;
      rows: unknown[];
    };
    // The FINAL of UMD 5, and not the one of UMD 6 that asks for ten criteria.
    expect([report.ppa, report.criteria]).toEqual([names[0], '2.0']);
    expect(report.rows.length).toBeGreaterThan(10);
    const { data: changed } = await stage.person.rest.pulls.listFiles({
      ...REPOSITORY,
      pull_number: found[0]?.number ?? 0,
    });
    expect(changed.map(({ filename }) => filename).sort()).toEqual([
      `${folder}/${names[0]}/verification.yml`,
      'repos/umd/5/debian-12/amd64/bdii.yml',
    ]);
    const [first, second] = [sha256Of(deb.path), sha256Of(rpm)];
    expect(pooled(stage)).toEqual(
      [`${first.slice(0, 2)}/${first}/${deb.filename}`, `${second.slice(0, 2)}/${second}/${basename(rpm)}`].sort(),
    );
    expect(await comments(origin)).toHaveLength(1);
    expect((await comments(origin))[0]).toContain(`| ${names[0]} | #${found[0]?.number} |`);
  });

  test('changes nothing and fetches nothing the second time, whatever became of the pull requests', async () => {
    const [first] = await ppas();
    await stage.person.rest.pulls.update({ ...REPOSITORY, pull_number: first?.number ?? 0, state: 'closed' });
    const before = await pulls();
    stage.provider.asked.length = 0;
    const run = await stage.run();
    expect(run.code, run.log).toBe(0);
    expect(run.outputs.opened).toBe('[]');
    expect(stage.provider.asked).toEqual([]);
    expect(await pulls()).toEqual(before);
  });

  test('gives labels to a pull request that was left without', async () => {
    const open = (await ppas()).find(({ state }) => state === 'open');
    const issue = { ...REPOSITORY, issue_number: open?.number ?? 0 };
    await stage.person.rest.issues.removeAllLabels(issue);
    await stage.run();
    const { data } = await stage.person.rest.issues.listLabelsOnIssue(issue);
    expect(data.map(({ name }) => name).sort()).toEqual([
      'ReleaseType: Major',
      'RolloutProgress: Unverified',
      'UMDRelease: 5',
    ]);
  });

  test("groups of the provider's signed yum repository come with the packages, into lock, pool and pull request", async () => {
    const root = join(stage.www, 'groups');
    const rpm = signRpm(buildRpm(root, { name: 'voms', version: '4.0.0-1', arch: 'noarch' }), stage.key);
    const entry = '<packagelist><packagereq>voms</packagereq><packagereq>other</packagereq></packagelist>';
    writeFileSync(join(root, 'comps.xml'), `<comps><group><id>g</id><name>A group</name>${entry}</group></comps>`);
    execFileSync('createrepo_c', ['--quiet', '-g', join(root, 'comps.xml'), root]);
    const repomd = join(root, 'repodata/repomd.xml');
    writeFileSync(`${repomd}.asc`, signText('--detach-sign', repomd, stage.key));
    const declared = { filename: basename(rpm), pkgname: 'voms', version: '4.0.0', release: '1', arch: 'noarch' };
    const al9 = { ...yum([{ ...declared, sha256: sha256Of(rpm) }]), synch: `${stage.provider.url}/groups` };
    await stage.release(folderOf('voms', [4, 0, 0]), releaseOf('voms', [4, 0, 0], [al9]));
    const run = await stage.run();
    expect(run.code, run.log).toBe(0);
    const pull = (await ppas()).find(({ title }) => title === 'INFN.voms.al9.x86_64-4.0.0');
    const lock = load(await fileAt('repos/umd/5/al9/x86_64/voms.yml', pull?.head.ref ?? '')) as {
      metadata: { kind: string; sha256: string; signer: string }[];
    };
    expect(lock.metadata).toMatchObject([{ kind: 'group', signer: stage.key.fingerprint }]);
    const digest = lock.metadata[0]?.sha256 ?? '';
    const kept = join(stage.store, 'pool', digest.slice(0, 2), digest, 'comps.xml');
    expect(sha256Of(kept)).toBe(digest);
    expect(readFileSync(kept, 'utf8').match(/<packagereq>.*</g)).toEqual(['<packagereq>voms<']);
    expect(pull?.body).toContain(`groups of packages (\`comps.xml\`), \`${digest.slice(0, 16)}`);
  });
});

const answers = {
  page: (answer: ServerResponse) =>
    answer.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Log in'),
  gone: (answer: ServerResponse) => answer.writeHead(404).end('gone'),
  to: (location: string) => (answer: ServerResponse) => answer.writeHead(302, { location }).end(),
  longer: (answer: ServerResponse) => {
    answer.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nfoobar and more');
  },
  endless: (answer: ServerResponse) => {
    const more = () => {
      while (!answer.destroyed && answer.write('x'.repeat(65_536)));
      if (!answer.destroyed) answer.once('drain', more);
    };
    more();
  },
};

interface BadCase {
  readonly code: string;
  /** Of the bad package; the good one stands beside it. */
  readonly make: (version: string) => { declared: XmlPackage; place?: string };
  readonly inputs?: Record<string, string>;
}

/** A good package of which the server answers otherwise. @param sha256 what is declared in the place of its own */
const instead = (version: string, answer: (answer: ServerResponse) => void, sha256?: string) => {
  const { size: _, ...deb } = debOf('voms-bad', version);
  sign();
  stage.provider.instead.set(new URL(deb.url ?? '').pathname, answer);
  return { declared: sha256 === undefined ? deb : { ...deb, sha256 } };
};
const NO_PACKAGE = 'no package\n';
const NO_PACKAGE_SHA256 = '0fc04fd4ea32564089ce8b871d30e54444cb4e4696b4ba39bdc06ef69d113e99'; // by sha256sum
const badRpm = (version: string, spoil: (path: string) => void) => {
  const path = buildRpm(join(stage.www, 'bad'), { name: 'voms-bad', version: `${version}-1`, arch: 'noarch' });
  spoil(path);
  const declared = { filename: basename(path), pkgname: 'voms-bad', version, release: '1', arch: 'noarch' };
  return { declared: { ...declared, url: `${stage.provider.url}/bad/${basename(path)}`, sha256: sha256Of(path) } };
};
const byStranger = (use: (key: ReturnType<typeof makeKey>) => void) => {
  const stranger = makeKey(stage.folder, `stranger-${Math.random()}`);
  use(stranger);
  dropKey(stranger);
};

/** The list "Bad input" of issue 2. */
const BAD: Record<string, BadCase> = {
  'a URL that gives 404': { code: 'FETCH_STATUS', make: (version) => instead(version, answers.gone) },
  'a web page': { code: 'PACKAGE_IS_WEB_PAGE', make: (version) => instead(version, answers.page) },
  'the wrong sha256': {
    code: 'FETCH_DIGEST',
    make: (version) => {
      const deb = debOf('voms-bad', version);
      sign();
      return { declared: { ...deb, sha256: 'ab'.repeat(32) } };
    },
  },
  'the wrong size': {
    code: 'FETCH_LENGTH',
    make: (version) => {
      const deb = debOf('voms-bad', version);
      sign();
      return { declared: { ...deb, size: String(Number(deb.size) - 1) } };
    },
  },
  'the wrong architecture': {
    code: 'PACKAGE_ARCH',
    make: (version) => {
      const deb = debOf('voms-bad', version, 'debian', 'arm64');
      const filename = deb.filename.replace('arm64', 'amd64');
      stage.provider.instead.set(`/debian/pool/${filename}`, answers.to(deb.url ?? ''));
      sign();
      return { declared: { ...deb, arch: 'amd64', filename, url: `${stage.provider.url}/debian/pool/${filename}` } };
    },
  },
  'an unknown signature (deb)': {
    code: 'PACKAGE_SIGNATURE_UNKNOWN',
    make: (version) => {
      const deb = debOf('voms-bad', version, 'foreign');
      byStranger((stranger) => sign('foreign', stranger));
      return { declared: deb, place: 'foreign' };
    },
  },
  'a package that the signed index lists with other bytes (deb)': {
    code: 'PACKAGE_SIGNATURE_BAD',
    make: (version) => {
      debOf('voms-bad', version);
      sign();
      const path = buildDeb(join(stage.www, 'changed'), {
        name: 'voms-bad',
        version: `${version}-1`,
        arch: 'all',
        weight: 99,
      });
      const declared = { filename: basename(path), pkgname: 'voms-bad', version, release: '1', arch: 'all' };
      return {
        declared: { ...declared, url: `${stage.provider.url}/changed/${basename(path)}`, sha256: sha256Of(path) },
      };
    },
  },
  'no signature (deb)': {
    code: 'PACKAGE_SIGNATURE_MISSING',
    make: (version) => ({ declared: debOf('voms-bad', version, 'unsigned'), place: 'unsigned' }),
  },
  'an unknown signature (rpm)': {
    code: 'PACKAGE_SIGNATURE_UNKNOWN',
    make: (version) => badRpm(version, (path) => byStranger((stranger) => void signRpm(path, stranger))),
  },
  'a bad signature (rpm)': {
    code: 'PACKAGE_SIGNATURE_BAD',
    make: (version) =>
      badRpm(version, (path) => {
        signRpm(path, stage.key);
        const bytes = Buffer.from(readFileSync(path));
        bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
        writeFileSync(path, bytes);
      }),
  },
  'no signature (rpm)': { code: 'PACKAGE_SIGNATURE_MISSING', make: (version) => badRpm(version, () => {}) },
  'a file that is no package': {
    code: 'PACKAGE_FORMAT',
    make: (version) => instead(version, (answer) => answer.end(NO_PACKAGE), NO_PACKAGE_SHA256),
  },
  'an address in a private range': {
    code: 'FETCH_ADDRESS_PRIVATE',
    make: (version) => {
      const deb = debOf('voms-bad', version);
      sign();
      return { declared: { ...deb, url: 'http://10.0.0.1/pool/voms.deb' } };
    },
  },
  'a redirect to a private address': {
    code: 'FETCH_ADDRESS_PRIVATE',
    make: (version) => instead(version, answers.to('http://169.254.169.254/latest/meta-data')),
  },
  'a body longer than announced': { code: 'FETCH_LENGTH', make: (version) => instead(version, answers.longer) },
  'a body longer than the limit': {
    code: 'FETCH_TOO_LARGE',
    make: (version) => instead(version, answers.endless),
    inputs: { 'limit-megabytes': '1' },
  },
};

/** The bad package on its own platform, a good one on the other: neither may come through. */
function badRelease(version: Version, { declared, place }: { declared: XmlPackage; place?: string }): string {
  const text = version.join('.');
  if (declared.filename.endsWith('.rpm')) {
    const good = debOf('voms-good', text);
    sign();
    return releaseOf('voms', version, [debian([good]), yum([declared])]);
  }
  const path = signRpm(
    buildRpm(join(stage.www, 'good'), { name: 'voms-good', version: `${text}-1`, arch: 'noarch' }),
    stage.key,
  );
  const good = { filename: basename(path), pkgname: 'voms-good', version: text, release: '1', arch: 'noarch' };
  const url = `${stage.provider.url}/good/${basename(path)}`;
  return releaseOf('voms', version, [debian([declared], place), yum([{ ...good, url, sha256: sha256Of(path) }])]);
}

describe.sequential('refuses the whole release and says why', { timeout: 60_000 }, () => {
  onOwnStage();
  let start: string;
  beforeAll(async () => {
    start = (await stage.person.rest.git.getRef({ ...REPOSITORY, ref: 'heads/candidate' })).data.object.sha;
  });
  afterEach(async () => {
    await stage.person.rest.git.updateRef({ ...REPOSITORY, ref: 'heads/candidate', sha: start, force: true });
  });
  let count = 0;
  test.each(Object.entries(BAD))('%s', async (_, { code, make, inputs = {} }) => {
    const version: Version = [1, 0, ++count];
    const before = await traces();
    const xml = badRelease(version, make(version.join('.')));
    const origin = await stage.release(folderOf('voms', version), xml);
    const run = await stage.run(inputs);
    expect(run.code, run.log).toBe(1);
    expect(run.log).toContain(code);
    expect(JSON.parse(run.outputs.refused ?? '')).toContain(folderOf('voms', version));
    expect(await traces()).toEqual(before);
    const told = await comments(origin);
    expect(told).toHaveLength(1);
    const rows = told[0]?.split('\n').filter((line) => line.includes('`'));
    expect(
      rows
        ?.filter((line) => line.startsWith('|'))
        .every((line) => line.includes(`\`${code}\``) && line.includes('voms-bad')),
    ).toBe(true);
  });
});

describe.sequential('remembers what it refused', { timeout: 60_000 }, () => {
  onOwnStage();
  test('every fault of every package is named, in one comment, edited when it is repeated', async () => {
    const version: Version = [1, 1, 0];
    const [first, second] = [debOf('voms-one', '1.1.0'), debOf('voms-two', '1.1.0')];
    sign();
    const folder = folderOf('voms', version);
    const bad = [
      { ...first, sha256: 'ab'.repeat(32) },
      { ...second, url: `${stage.provider.url}/absent.deb` },
    ];
    const origin = await stage.release(folder, releaseOf('voms', version, [debian(bad)]));
    expect((await stage.run()).code).toBe(1);
    const [told, ...more] = await comments(origin);
    expect(more).toEqual([]);
    expect(told).toMatch(/voms-one.*FETCH_DIGEST/);
    expect(told).toMatch(/voms-two.*FETCH_STATUS/);

    stage.provider.asked.length = 0;
    const again = await stage.run();
    expect([again.code, stage.provider.asked], 'refused before: no traffic, no failure').toEqual([0, []]);
    expect(JSON.parse(again.outputs.refused ?? '')).toContain(folder);
    expect((await stage.run({ retry: 'true' })).code).toBe(1);
    expect(stage.provider.asked).not.toEqual([]);
    expect((await comments(origin)).length).toBe(1);
    expect((await comments(origin))[0]).toContain('attempts=2');

    const mended = await stage.release(folder, releaseOf('voms', version, [debian([first, second])]));
    const good = await stage.run();
    expect(good.code, good.log).toBe(0);
    expect((await ppas()).at(-1)?.title).toBe('INFN.voms.debian-12.amd64-1.1.0');
    expect((await comments(mended))[0]).toContain('INFN.voms.debian-12.amd64-1.1.0');
  });

  test('what may pass is tried again by itself, but not at once', async () => {
    const version: Version = [1, 2, 0];
    const deb = debOf('voms-late', '1.2.0');
    sign();
    let ill = true;
    const path = new URL(deb.url ?? '').pathname;
    stage.provider.instead.set(
      path,
      (answer) => void (ill ? answer.writeHead(503).end() : answer.end(readFileSync(deb.path))),
    );
    await stage.release(folderOf('voms', version), releaseOf('voms', version, [debian([deb])]));
    expect((await stage.run()).log).toContain('FETCH_UNAVAILABLE');
    ill = false;
    stage.provider.asked.length = 0;
    expect((await stage.run()).code).toBe(0);
    expect(stage.provider.asked).toEqual([]);
    stage.forge.admin.advance(6 * 60_000);
    const run = await stage.run();
    expect(run.code, run.log).toBe(0);
    expect(JSON.parse(run.outputs.opened ?? '')).toHaveLength(1);
  });

  test("a release.xml of another provider in this one's folder, and one that is no release", async () => {
    const before = await traces();
    await stage.release(
      folderOf('voms', [1, 3, 0]),
      releaseOf('voms', [1, 3, 0], [debian([debOf('voms-x', '1.3.0')])], 'IGTF'),
    );
    expect((await stage.run()).log).toContain('RELEASE_PROVIDER_MISMATCH');
    await stage.release(folderOf('voms', [1, 3, 1]), '<!DOCTYPE x><x/>');
    expect((await stage.run()).log).toContain('RELEASE_DTD');
    expect(await traces()).toEqual(before);
  });
});

/** Between the action and the forge: after `last` changes every further answer is lost, as when the machine dies. */
async function dyingForge(last: number): Promise<{ url: string; seen: string[]; close: () => Promise<unknown> }> {
  const seen: string[] = [];
  const proxy = createServer(async (request, answer) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (request.method !== 'GET') seen.push(`${request.method} ${request.url}`);
    const dead = seen.length > last;
    const headers = Object.fromEntries(
      ['authorization', 'content-type', 'accept'].map((name) => [name, String(request.headers[name] ?? '')]),
    );
    const body = parts.length === 0 ? {} : { body: Buffer.concat(parts) };
    if (dead) return void answer.destroy();
    const got = await fetch(`${stage.forge.url}${request.url}`, { method: request.method ?? 'GET', headers, ...body });
    if (seen.length >= last && request.method !== 'GET') return void answer.destroy();
    answer.writeHead(
      got.status,
      Object.fromEntries([...got.headers].filter(([name]) => !/encoding|length/.test(name))),
    );
    answer.end(Buffer.from(await got.arrayBuffer()));
  });
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
  const close = () => new Promise((closed) => proxy.close(closed).closeAllConnections());
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/api/v3`, seen, close };
}

describe.sequential('may die at any moment', { timeout: 60_000 }, () => {
  onOwnStage();
  test.each([1, 2, 3, 4, 5, 6, 7])(
    'killed after change %i of a split, the next run ends it and leaves nothing wrong',
    async (last) => {
      const version: Version = [2, 0, last];
      const text = version.join('.');
      const deb = debOf('bdii-two', text);
      sign();
      const folder = folderOf('bdii', version);
      const origin = await stage.release(folder, releaseOf('bdii', version, [debian([deb])]));
      const dying = await dyingForge(last);
      const killed = await stage.run({}, dying.url);
      await dying.close();
      expect(killed.code, `${dying.seen.length} changes`).toBe(dying.seen.length >= last ? 1 : 0);
      const run = await stage.run();
      expect(run.code, run.log).toBe(0);
      const ours = (await ppas()).filter(({ title }) => title === `INFN.bdii.debian-12.amd64-${text}`);
      expect(ours).toHaveLength(1);
      expect(ours[0]?.labels).toHaveLength(3);
      const lock = load(await fileAt('repos/umd/5/debian-12/amd64/bdii.yml', ours[0]?.head.ref ?? '')) as {
        ppa: string;
      };
      expect(lock.ppa).toBe(ours[0]?.title);
      expect((await comments(origin)).length).toBeLessThanOrEqual(1);
    },
  );

  test('a branch that is there with another content is put right before its pull request opens', async () => {
    const version: Version = [3, 0, 0];
    const deb = debOf('bdii-three', '3.0.0');
    sign();
    await stage.release(folderOf('bdii', version), releaseOf('bdii', version, [debian([deb])]));
    const { data } = await stage.person.rest.git.getRef({ ...REPOSITORY, ref: 'heads/candidate' });
    const branch = 'ppa/INFN.bdii.debian-12.amd64-3.0.0';
    await stage.person.rest.git.createRef({ ...REPOSITORY, ref: `refs/heads/${branch}`, sha: data.object.sha });
    const path = 'repos/umd/5/debian-12/amd64/bdii.yml';
    const content = Buffer.from('product: bdii\n').toString('base64');
    await stage.person.rest.repos.createOrUpdateFileContents({ ...REPOSITORY, path, branch, message: 'Half', content });
    const run = await stage.run();
    expect(run.code, run.log).toBe(0);
    expect(await fileAt(path, branch)).toContain(sha256Of(deb.path));
  });
});
