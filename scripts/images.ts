import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Image, imageFolder, parseImage } from '#core/environment/image.ts';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError, showFault } from '#core/faults.ts';
import { soundOf } from '#core/yaml.ts';
import { cacheFolder } from '#shell/environment/cache.ts';
import { nspawn } from '#shell/environment/nspawn.ts';
import type { EnvironmentProvider } from '#shell/environment/ports.ts';
import { qemu } from '#shell/environment/qemu/qemu.ts';
import { keepContract } from '#shell/environment/testing/contract.ts';
import { stopwatch } from '#shell/verification/stopwatch.ts';
import { smallCycle } from '#shell/verification/testing/cycle.ts';
import { runCommand } from './command-line.ts';

const USAGE = `npm run images [-- <name> …]              builds the golden images that the cache lacks; all of repos/images unless named
npm run images -- self-test [<name> …]    makes a system of each, holds it to the contract of throw-away systems, and takes
                                          a small product through its whole verification on it
npm run images -- clean                   takes away what the cache holds of descriptions that are no more`;

const folder = resolve(import.meta.dirname, '../repos/images');
const say = (line: string): void => console.log(line);

/** Names of the images described in the checkout. */
function imageNames(): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
  return files.map((file) => file.slice(0, -'.yml'.length));
}

const providerOf = ({ vm }: Image): EnvironmentProvider => (vm === undefined ? nspawn : qemu);

const imageOf = (name: string): Image => soundOf(parseImage(name, readFileSync(join(folder, `${name}.yml`), 'utf8')));

/** Only what is complete or nobody's: an image that is being built has another name. */
function clean(): void {
  const cache = join(cacheFolder(), 'images');
  const wanted = imageNames().map((name) => imageFolder(imageOf(name)));
  const found = existsSync(cache) ? readdirSync(cache).filter((name) => /^[a-z].*-[0-9a-f]{12}$/.test(name)) : [];
  for (const name of found.filter((each) => !wanted.includes(each))) {
    rmSync(join(cache, name), { recursive: true });
    say(`${name}: taken away`);
  }
}

async function build(name: string, test: boolean): Promise<void> {
  const image = imageOf(name);
  const provider = providerOf(image);
  const found = await provider.detect();
  if (!found.available) return void say(`${name}: left out, ${provider.name} is not to be had here: ${found.why}.`);
  const golden = await provider.ensureImage(image, say);
  say(`${name}: ${golden.root}`);
  if (!test) return;
  const begun = performance.now();
  const clauses = await keepContract(provider, golden);
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  say(`${name}: ${provider.name} keeps ${clauses.length} clauses of the contract, ${seconds} s`);
  if (image.build !== 'mmdebstrap' || image.rpm !== undefined) return;
  const watch = stopwatch(say);
  const { conclusion, rows } = await smallCycle(provider, name, watch.say);
  watch.stop();
  say(`${name}: a small product: ${conclusion}`);
  for (const { criterion, result, comment } of rows.filter(({ result }) => !['OK', 'NA'].includes(result)))
    say(`  ${criterion} ${result}: ${comment}`);
  if (conclusion !== 'pass') process.exitCode = 1;
}

// One after the other, for each keeps two cores busy; one that cannot be had does not keep the others from being made.
const [first, ...more] = process.argv.slice(2);
const test = first === 'self-test';
const named = test || first === undefined ? more : [first, ...more];
await runCommand(USAGE, () => {
  if (first === 'clean') return clean();
  const unknown = named.filter((name) => !imageNames().includes(name));
  if (unknown.length > 0)
    throw refusal(
      'INPUT_INVALID',
      `repos/images describes no ${unknown.join(', ')}; there are ${imageNames().join(', ')}.`,
    );
  return buildAll(named.length > 0 ? named : imageNames());
});

async function buildAll(names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await build(name, test);
    } catch (accident) {
      if (!(accident instanceof ProvisioningError)) throw accident;
      console.error(`${name}: not to be had here\n${accident.faults.map(showFault).join('\n')}`);
      process.exitCode = 1;
    }
  }
}
