import { basename, join } from 'node:path';
import type { PackageFormat } from '#core/distribution/distribution.ts';
import { ProvisioningError } from '#core/faults.ts';
import { compareDeclared } from '#core/intake/declared.ts';
import { packagesOf } from '#core/intake/lock-of.ts';
import type { SplitFault } from '#core/intake/memory.ts';
import { unlistedModular } from '#core/intake/modular.ts';
import type { Lock, LockedPackage } from '#core/ppa/lock.ts';
import type { PpaPlan } from '#core/release/plan.ts';
import type { ReleasePackage } from '#core/release/release.ts';
import { fetchPackage } from '#shell/fetch.ts';
import { type TakenMetadata, takeMetadata } from '#shell/intake-metadata.ts';
import { type Source, sourceOf } from '#shell/intake-sources.ts';
import { readPackage } from '#shell/packages.ts';
import type { FetchFile } from '#shell/signature-apt.ts';
import { type DeclaredKey, openKeyring } from '#shell/signature-keys.ts';

export interface Intake {
  /** Throw-away, mode 0700. */
  readonly folder: string;
  /** The provider's, from the default branch. */
  readonly keys: readonly DeclaredKey[];
  readonly suiteOf: (plan: PpaPlan) => string;
  /** Lock of the same product and platform that an incremental release adds to. */
  readonly presentOf?: (plan: PpaPlan) => Lock | undefined;
  readonly limits: { readonly bytes: number; readonly milliseconds: number };
  readonly allow: readonly string[];
  /** The machine's clock, for Valid-Until. */
  readonly now: Date;
  readonly progress: (line: string) => void;
}

/** A package that passed every check, still outside the pool. */
export interface Taken {
  readonly plan: PpaPlan;
  readonly path: string;
  readonly format: PackageFormat;
  readonly locked: LockedPackage;
  /** rpm: the stream it was built for. */
  readonly module?: string;
}

/** Bytes of an index or a signature, milliseconds. */
const SMALL = { bytes: 200e6, milliseconds: 120_000 };
const PARALLEL = 4;

/**
 * Takes every package of the plans once and checks all of it (design.md section 5). Faults of packages are given, all of
 * them; what is thrown is our own accident.
 */
export async function takePackages(
  plans: readonly PpaPlan[],
  intake: Intake,
): Promise<{ taken: Taken[]; metadata: TakenMetadata[]; faults: SplitFault[] }> {
  const { folder, keys, allow, now } = intake;
  const faults: SplitFault[] = [];
  const taken: Taken[] = [];
  const keyring = await openKeyring(folder, keys);
  const fetch: FetchFile = (url, to, expect = {}) =>
    fetchPackage({ url, to, expect, allow, limits: SMALL, authenticated: true });
  const sources = plans.map((plan) => sourceOf(plan, { suite: intake.suiteOf(plan), keyring, fetch, now }));
  const jobs = plans.flatMap((plan, at) =>
    plan.packages.map((declared) => ({ plan, declared, source: sources[at] as Source })),
  );
  let done = 0;
  await bounded(jobs, async ({ plan, declared, source }, at) => {
    const told = await takeOne(plan, declared, source, join(folder, `package-${at}`), intake);
    if ('locked' in told) taken.push(told);
    else faults.push(...told.map((each) => ({ ...each, ppa: plan.name, file: declared.file })));
    const result =
      'locked' in told
        ? `${told.locked.size} bytes, signed by ${told.locked.signer}`
        : told.map(({ code }) => code).join(', ');
    intake.progress(`${++done}/${jobs.length} ${declared.file}: ${result}`);
  });
  taken.sort((a, b) => Number(basename(a.path).slice(8)) - Number(basename(b.path).slice(8)));
  const metadata: TakenMetadata[] = [];
  await bounded(plans, async (plan, at) => {
    const own = taken.filter((one) => one.plan === plan);
    const told = await faultsOr(metadataOf(plan, own, sources[at], intake.presentOf?.(plan), { keyring, fetch }));
    if ('faults' in told) metadata.push(...told.taken);
    faults.push(...('faults' in told ? told.faults : told).map((each) => ({ ...each, ppa: plan.name })));
  });
  return { taken, metadata, faults };
}

/** Groups and modules of the repository, and the packages that ask for a module which is not among them. */
async function metadataOf(
  plan: PpaPlan,
  own: readonly Taken[],
  source: Source | undefined,
  present: Lock | undefined,
  hands: Parameters<typeof takeMetadata>[2],
): Promise<{ readonly taken: readonly TakenMetadata[]; readonly faults: readonly SplitFault[] }> {
  const locked = own.map((one) => one.locked);
  const packages = packagesOf(plan, locked, present);
  const whole = own.length === plan.packages.length;
  const repomd = source?.repomd;
  const found =
    repomd === undefined ? { taken: [], faults: [] } : await takeMetadata(plan, { repomd, packages, whole }, hands);
  if (found.faults.length > 0) return found; // nobody can say what a broken one would have listed
  const modular = own.flatMap(({ locked: one, module }) => (module === undefined ? [] : [{ ...one, module }]));
  const modules = found.taken.find(({ locked: { kind } }) => kind === 'modules')?.text ?? '';
  return { ...found, faults: modular.length === 0 ? [] : unlistedModular(modular, modules) };
}

async function takeOne(
  plan: PpaPlan,
  declared: ReleasePackage,
  source: Source,
  path: string,
  { limits, allow }: Intake,
): Promise<Taken | SplitFault[]> {
  try {
    const { url, ...listed } = await source.locate(declared);
    const { sha256 = listed.sha256, size = listed.size } = declared;
    const expect = { ...(sha256 === undefined ? {} : { sha256 }), ...(size === undefined ? {} : { size }) };
    const fetched = await fetchPackage({ url, to: path, limits, allow, expect });
    const facts = await readPackage(path);
    const read = { path, url, facts, sha256: fetched.sha256 };
    const [differences, signer] = [compareDeclared(declared, facts), await faultsOr(source.vouch(read))];
    if (typeof signer !== 'string' || differences.length > 0)
      return [...differences, ...(typeof signer === 'string' ? [] : signer)];
    const { name, version, arch, format, module } = facts;
    const locked = { name, version, arch, ...fetched, file: declared.file, signer, url };
    return { plan, path, format, locked, ...(module === undefined ? {} : { module }) };
  } catch (error) {
    return faultsIn(error);
  }
}

/** What the provider can mend; a tool that is missing or a wrong configuration is ours. */
function faultsIn(error: unknown): SplitFault[] {
  if (error instanceof ProvisioningError && /^(PACKAGE_|FETCH_(?!ALLOW_))/.test(error.code)) return [...error.faults];
  throw error;
}

async function faultsOr<T>(promise: Promise<T>): Promise<T | SplitFault[]> {
  return promise.catch(faultsIn);
}

/** Some at a time, in order of start. After an accident nothing new is started, and it is thrown when all have ended. */
async function bounded<T>(items: readonly T[], work: (item: T, at: number) => Promise<void>): Promise<void> {
  const queue = items.entries();
  const accidents: unknown[] = [];
  const worker = async () => {
    for (const [at, item] of queue)
      if (accidents.length === 0) await work(item, at).catch((accident: unknown) => accidents.push(accident));
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  if (accidents.length > 0) throw accidents[0];
}
