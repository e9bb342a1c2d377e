import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publish } from '#shell/publish.ts';
import { checkPublished } from '#shell/publish-check.ts';
import { withGpg } from '#shell/testing/make-key.ts';
import { aptClient, dnfClient } from '#shell/testing/package-managers.ts';
import { publishingSite } from '#shell/testing/publishing.ts';
import { renewReleasePackages, withReleasePackages } from './release-packages.ts';

let site: Awaited<ReturnType<typeof publishingSite>>;
let shop: Awaited<ReturnType<typeof site.openShop>>;
beforeAll(async () => {
  site = await publishingSite();
  shop = await site.openShop();
}, 60_000);
afterAll(() => site.shut());

const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 8, minute));
async function renewed(now: Date, change: Partial<typeof shop.publishing> = {}) {
  const publishing = { ...shop.publishing, ...change };
  const { state } = await publish(shop.first, publishing);
  const warnings: string[] = [];
  const heads = state.shown.map(({ head }) => head);
  const hands = { ...publishing, now };
  const files = await renewReleasePackages(heads, publishing.distributions, hands, (said) => warnings.push(said));
  expect(warnings).toEqual([]);
  return files;
}
const client = (...path: string[]) => join(shop.store, 'clients', ...path);
const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' });

describe.sequential('release packages', () => {
  test('one per lane and system, made anew only when it would bring something else', async () => {
    expect(await renewed(at(17))).toEqual([
      'umd-release-5.20260601.0817-1.noarch.rpm',
      'umd-release_5.20260601.0817_all.deb',
    ]);
    expect(await renewed(at(18))).toEqual([]);
  });

  test('the rpm is signed, installs by dnf and makes the repositories known with their keys', async () => {
    const rpm = client('umd-5-al9/umd-release.rpm');
    const root = join(site.folder, 'root');
    mkdirSync(join(root, 'keys'), { recursive: true });
    writeFileSync(join(site.folder, 'dnf.conf'), '[main]\n');
    run('rpmkeys', '--dbpath', join(root, 'keys'), '--import', join(shop.store, 'keys/umd.asc'));
    expect(run('rpmkeys', '--dbpath', join(root, 'keys'), '--checksig', '-v', rpm)).toMatch(
      /Header V4 EdDSA\/SHA512 Signature.*: OK/,
    );
    expect(run('rpm', '-qp', '--qf', '%{NAME} %{VERSION} %{ARCH}', rpm)).toBe('umd-release 5.20260601.0817 noarch');
    // What an administrator fetched by hand before there was a package.
    mkdirSync(join(root, 'etc/yum.repos.d'), { recursive: true });
    writeFileSync(join(root, 'etc/yum.repos.d/UMD-5-base.repo'), 'older\n');
    run(
      'dnf',
      '-q',
      '-y',
      `--config=${join(site.folder, 'dnf.conf')}`,
      '--noplugins',
      `--installroot=${root}`,
      '--releasever=9',
      '--setopt=reposdir=/dev/null',
      'install',
      rpm,
    );
    const repo = readFileSync(join(root, 'etc/yum.repos.d/UMD-5-base.repo'), 'utf8');
    expect(repo).toMatch(
      /^gpgkey=file:\/\/\/etc\/pki\/rpm-gpg\/RPM-GPG-KEY-umd\n +file:\/\/\/etc\/pki\/rpm-gpg\/RPM-GPG-KEY-providers-INFN$/m,
    );
    expect(repo).toContain('enabled=1');
    expect(readFileSync(join(root, 'etc/yum.repos.d/UMD-5-base.repo.rpmsave'), 'utf8')).toBe('older\n');
    expect(readFileSync(join(root, 'etc/yum.repos.d/UMD-5-untested.repo'), 'utf8')).toContain('enabled=0');
    const dnf = dnfClient(join(site.folder, 'dnf'), repo.replaceAll('file:///etc', `file://${root}/etc`));
    await dnf.refresh();
    await dnf.install('says-rpm');
  }, 60_000);

  test('the deb is signed beside, and its files let apt-get install and prefer what is ours', async () => {
    const deb = client('umd-5-debian-12/umd-release.deb');
    const [name = ''] = run('dpkg-deb', '--show', '--showformat', '${Package} ${Version} ${Architecture}', deb).split(
      '\n',
    );
    expect(name).toBe('umd-release 5.20260601.0817 all');
    const signature = client('umd-5-debian-12/umd-release_5.20260601.0817_all.deb.asc');
    withGpg((gpg) => {
      gpg('--import', join(shop.store, 'keys/umd.asc'));
      gpg('--verify', signature, deb);
    });
    const root = join(site.folder, 'deb');
    run('dpkg-deb', '-R', deb, root);
    expect(readFileSync(join(root, 'DEBIAN/conffiles'), 'utf8').split('\n')).toContain(
      '/etc/apt/preferences.d/UMD-5.pref',
    );
    const apt = aptClient(
      join(site.folder, 'apt'),
      readFileSync(join(root, 'etc/apt/sources.list.d/UMD-5-base.sources'), 'utf8'),
    );
    writeFileSync(
      join(site.folder, 'apt/etc/preferences.d/UMD-5.pref'),
      readFileSync(join(root, 'etc/apt/preferences.d/UMD-5.pref')),
    );
    await apt.refresh();
    await apt.install('says-deb');
    const policy = execFileSync('apt-cache', ['policy'], {
      encoding: 'utf8',
      env: { ...process.env, APT_CONFIG: join(site.folder, 'apt/apt.conf') },
    });
    expect(policy).toMatch(/^ *600 http.*bookworm\/main amd64 Packages$/m);
    expect(existsSync(join(root, 'etc/apt/sources.list.d/UMD-5-untested.sources'))).toBe(true);
  }, 60_000);

  test('dpkg asks nobody: what was fetched by hand before is kept aside; of what is upgraded the changed files are new', async () => {
    const root = join(site.folder, 'dpkg');
    const sources = join(root, 'etc/apt/sources.list.d');
    for (const name of ['updates', 'info', 'triggers', 'parts'])
      mkdirSync(join(root, 'var/lib/dpkg', name), { recursive: true });
    for (const name of ['status', 'available']) writeFileSync(join(root, 'var/lib/dpkg', name), '');
    mkdirSync(sources, { recursive: true });
    const fetched = join(sources, 'UMD-5-base.sources');
    writeFileSync(fetched, 'older\n');
    const served = () => readFileSync(client('umd-5-debian-12/UMD-5-base.sources'), 'utf8');
    const install = () =>
      run(
        'dpkg',
        `--root=${root}`,
        '--force-script-chrootless,not-root',
        '--log=/dev/null',
        '--install',
        client('umd-5-debian-12/umd-release.deb'),
      );
    install();
    expect([readFileSync(fetched, 'utf8'), readFileSync(`${fetched}.dpkg-old`, 'utf8')]).toEqual([served(), 'older\n']);
    const before = served();
    await renewed(at(19), { publicUrl: 'https://elsewhere.example' });
    expect(served()).not.toBe(before);
    install();
    expect(readFileSync(fetched, 'utf8')).toBe(served());
    expect(
      run('dpkg-query', `--admindir=${root}/var/lib/dpkg`, '-W', '-f', '${Version} ${db:Status-Status}', 'umd-release'),
    ).toBe('5.20260601.0819 installed');
  }, 60_000);

  test('something else to bring makes a newer version, though the clock went back', async () => {
    const rpm = await renewed(new Date('2025-06-01T08:00:00Z'), {
      distributions: shop.publishing.distributions.map((one) => ({ ...one, title: 'Renamed' })),
    });
    expect(rpm).toEqual(['umd-release-5.20260601.0820-1.noarch.rpm', 'umd-release_5.20260601.0820_all.deb']);
    expect(run('rpm', '-qp', '--qf', '%{VERSION}', client('umd-5-al9/umd-release.rpm'))).toBe('5.20260601.0820');
  }, 60_000);

  test('who has one gets the next by an ordinary upgrade, from a repository of its own', async () => {
    const publishing = { ...shop.publishing, now: new Date() };
    const whole = () => withReleasePackages(shop.first, publishing.distributions, publishing);
    await publish(await whole(), publishing);
    const file = (path: string) => readFileSync(client(path), 'utf8');
    const [repo, sources] = ['umd-5-al9/UMD-5-release.repo', 'umd-5-debian-12/UMD-5-release.sources'];
    const root = join(site.folder, 'upgraded');
    const dnf = dnfClient(join(root, 'dnf'), file(repo));
    await dnf.install('umd-release');
    const installed = () =>
      run('rpm', '--root', join(root, 'dnf/root'), '-q', '--qf', '%{VERSION} ', 'umd-release').trim();
    expect(installed()).toBe('5.20260601.0820');
    const apt = aptClient(join(root, 'apt'), file(sources));
    await apt.refresh();
    expect(await apt.offers()).toEqual(['umd-release 5.20260601.0820']);
    const known = run('dpkg-deb', '--field', client('umd-5-debian-12/umd-release.deb'));
    writeFileSync(join(root, 'apt/status'), known.replace('\n', '\nStatus: install ok installed\n'));

    // The release repositories' own client files are new: there is more to bring.
    expect(await renewed(at(30))).toHaveLength(2);
    const { changed } = await publish(await whole(), publishing);
    expect(changed).toEqual(['umd-5/release/debian-12/amd64', 'umd-5/release/al9/x86_64']);
    await dnf.refresh();
    await dnf.upgrade('umd-release');
    expect(installed()).toBe('5.20260601.0830');
    expect(readFileSync(join(root, 'dnf/root/etc/yum.repos.d/UMD-5-release.repo'), 'utf8')).toContain('enabled=1');
    await apt.refresh();
    const env = { ...process.env, APT_CONFIG: join(root, 'apt/apt.conf') };
    const said = execFileSync('apt-get', ['-s', 'upgrade'], { encoding: 'utf8', env });
    expect(said).toMatch(/^Inst umd-release \[5\.20260601\.0820\] \(5\.20260601\.0830 /m);
    expect(await checkPublished(await whole(), publishing)).toEqual([]);
  }, 60_000);
});
