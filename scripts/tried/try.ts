import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { criteriaFor } from '#core/criteria/applied.ts';
import { conclusionOf, type JudgedRow, judge, partsFor } from '#core/criteria/judge.ts';
import type { Platform } from '#core/distribution/distribution.ts';
import { parseDistribution } from '#core/distribution/parse.ts';
import type { LockedPackage } from '#core/ppa/lock.ts';
import { soundOf } from '#core/yaml.ts';
import { readCriteria } from '#shell/criteria.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import { withLooks } from '#shell/verification/beside.ts';
import { freshInstallation } from '#shell/verification/fresh.ts';
import { preparePlatform } from '#shell/verification/platform.ts';
import { baseFiles } from '#shell/verification/repositories.ts';
import { aptVoucher } from '#shell/verification/source-voucher.ts';
import { onStage, type Stage } from '#shell/verification/stage.ts';
import { debianAuthority } from './debian-authority.ts';
import type { Tried } from './products.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Of the package debian-archive-keyring. */
export const DEBIAN_KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';
export const PLATFORM = 'debian-12/amd64';

export interface TriedOutcome {
  readonly versions: readonly string[];
  readonly conclusion: 'pass' | 'fail';
  readonly rows: readonly JudgedRow[];
  readonly seconds: number;
}

/** A product of the platform's own base, verified as a PPA of it would be; there is nothing to upgrade from. */
export async function tryProduct(
  { packages: names, profiles, service }: Tried,
  { day, say }: { readonly day: string; readonly say: (line: string) => void },
): Promise<TriedOutcome> {
  const started = performance.now();
  const known = await readCriteria(ROOT);
  const platform = platformNamed();
  const prepared = await preparePlatform(platform, ROOT, say);
  const ground: Stage = { ...prepared, files: await baseFiles(platform, ROOT), locked: [], say };
  const locked = await asLock(ground, names);
  const criteria = criteriaFor(known, profiles);
  const allow = mirrors(locked);
  const voucher = aptVoucher(() => debianAuthority(platform.suite ?? '', DEBIAN_KEYS), allow, new Date());
  const beside = { format: platform.format, licences: known.licences, checkout: ROOT, allow, voucher };
  const fresh = await withLooks({ ...ground, locked }, { ...beside, parts: partsFor(criteria) }, (stage) =>
    freshInstallation(stage, service === undefined ? {} : { service }),
  );
  const product = { description: '', purpose: '', supportEnds: [], day };
  const facts = { ...fresh, product, format: platform.format, upgrade: undefined };
  // What a product card says is not the packages' doing.
  const asked = criteria.filter(
    ({ criterion }) => !['product-card', 'support-calendar', 'release-notes'].includes(criterion.check),
  );
  const rows = judge(facts, asked, known);
  const versions = locked.map(({ name, version }) => `${name} ${version}`);
  return { versions, conclusion: conclusionOf(rows), rows, seconds: (performance.now() - started) / 1000 };
}

/** One that real products can be tried on. */
export function platformNamed(key = PLATFORM): Platform {
  const path = 'repos/umd.yml';
  const { platforms } = soundOf(parseDistribution(readFileSync(resolve(ROOT, path), 'utf8'), { file: path }));
  const platform = platforms[key];
  if (platform === undefined) throw new Error(`repos/umd.yml declares no ${key}.`);
  return platform;
}

/** The machine's own mirror may serve plain http: what comes from there besides is tried, and decides nothing. */
export function mirrors(locked: readonly LockedPackage[]): string[] {
  const hosts = locked.flatMap(({ url }) => (URL.canParse(url) ? [new URL(url)] : []));
  return [
    ...new Set(hosts.map(({ hostname, port, protocol }) => `${hostname}:${port || (protocol === 'http:' ? 80 : 443)}`)),
  ];
}

/** The packages as a lock would name them, from apt's own lists. */
function asLock(ground: Stage, names: readonly string[]): Promise<LockedPackage[]> {
  return onStage(ground, async (system) => {
    await ground.packages.setUp(system, ground.files, []);
    const lists = await ground.packages.refresh(system);
    if (lists.code !== 0) throw new Error(lists.stderr);
    return lockedFrom(system, names);
  });
}

/** The newest of these packages in the lists that a system has read. */
export async function lockedFrom(system: ThrowAwaySystem, names: readonly string[]): Promise<LockedPackage[]> {
  const { stdout } = await system.run(['apt-cache', 'show', '--no-all-versions', ...names]);
  const { stdout: uris } = await system.run(['apt-get', 'download', '--print-uris', ...names]);
  const found = stdout.split(/\n\n+/).flatMap((stanza): LockedPackage[] => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1] ?? '';
    const [name, version, sha256] = [field('Package'), field('Version'), field('SHA256')];
    const file = field('Filename').split('/').at(-1) ?? '';
    const about = { name, version, arch: field('Architecture'), sha256, size: Number(field('Size')), file };
    const url =
      uris
        .split('\n')
        .find((line) => line.includes(sha256))
        ?.split("'")[1] ?? '';
    return name === '' ? [] : [{ ...about, signer: '', url }];
  });
  const missing = names.filter((name) => !found.some((each) => each.name === name));
  if (missing.length > 0) throw new Error(`The platform has no ${missing.join(', ')}.`);
  return found;
}
