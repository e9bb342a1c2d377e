import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Image } from '#core/environment/image.ts';
import { imageDigest } from '#core/environment/image.ts';
import type { Abilities } from '#core/environment/system.ts';
import { refusal } from '#core/fault-codes.ts';
import { systemOf } from '#shell/environment/guest.ts';
import { changesBetween, LISTING } from '#shell/environment/manifest.ts';
import type { Availability, EnvironmentProvider, GoldenImage, ThrowAwaySystem } from '#shell/environment/ports.ts';
import { mustRun, runProcess } from '#shell/process.ts';

/** The network stays, for the machine must tell what it found; and there is no second one. */
const ABILITIES: Abilities = { services: true, networkCut: false, secondSystem: false };
/** Who made this machine says so here: the file holds the machine's id, so that a copy of it elsewhere says nothing. */
export const CONSENT = '/etc/umd-single-use-machine';
const SPENT = '/var/lib/umd-single-use-machine-spent';

/**
 * The machine we run on is itself the throw-away system: a runner's virtual machine that is made for one job and destroyed
 * after it. Products are installed right here, as root; so it works only where whoever made the machine left his consent.
 */
export const host: EnvironmentProvider = {
  name: 'host',
  detect,
  async ensureImage(image) {
    checkKind(image);
    return { image, sha256: imageDigest(image), root: '/' };
  },
  create,
};

async function detect(): Promise<Availability> {
  const why = objection();
  return why === undefined ? { available: true, abilities: ABILITIES } : { available: false, why };
}

/** Why this machine may not be used up, if so. */
function objection(): string | undefined {
  if (process.getuid?.() !== 0) return 'packages are installed by root';
  if (!existsSync(CONSENT)) return `this machine does not say that it is for a single use (no ${CONSENT})`;
  const { uid, mode } = statSync(CONSENT);
  if (uid !== 0 || (mode & 0o022) !== 0) return `others than root may write ${CONSENT}`;
  const id = existsSync('/etc/machine-id') ? readFileSync('/etc/machine-id', 'utf8').trim() : '';
  if (id === '' || readFileSync(CONSENT, 'utf8').trim() !== id) return `${CONSENT} names another machine`;
  if (!existsSync('/run/systemd/system')) return 'systemd does not run here';
  return undefined;
}

/** os-release(5). @throws ProvisioningError ENVIRONMENT_MISSING when the machine is of another kind than the image */
function checkKind({ name, build, suite }: Image): void {
  const said = readFileSync('/etc/os-release', 'utf8');
  const field = (key: string) => new RegExp(`^${key}="?(?<value>[^"\\n]*)`, 'm').exec(said)?.groups?.value ?? '';
  const release = build === 'dnf' ? field('VERSION_ID').split('.')[0] : field('VERSION_CODENAME');
  if (release !== suite)
    throw refusal('ENVIRONMENT_MISSING', `${name} is asked for, and this machine is ${field('PRETTY_NAME')}.`);
}

async function create(golden: GoldenImage): Promise<ThrowAwaySystem> {
  const why = objection();
  if (why !== undefined) throw refusal('ENVIRONMENT_FAULT', `This machine is not used: ${why}.`);
  try {
    writeFileSync(SPENT, `${golden.image.name}\n`, { flag: 'wx' });
  } catch (cause) {
    throw refusal('ENVIRONMENT_FAULT', 'This machine was used already; it serves once.', { cause });
  }
  const before = await mustRun(LISTING);
  return systemOf({
    name: `host-${process.pid}`,
    abilities: ABILITIES,
    alive: () => true,
    execute: runProcess,
    // It runs already, and keeps its network.
    boot: async () => {},
    listChanges: async () => changesBetween(before, await mustRun(LISTING)),
    // Whoever made the machine ends it.
    destroy: async () => {},
  });
}
