/** `npm run images [name …]`: builds the golden images that the cache lacks; all of repos/images unless named. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseImage } from '#core/environment/image.ts';
import { ProvisioningError, showFault } from '#core/faults.ts';
import { soundOf } from '#core/yaml.ts';
import { ensureGolden } from '#shell/environment/image-build.ts';

const folder = resolve(import.meta.dirname, '../repos/images');

/** Names of the images described in the checkout. */
export function imageNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yml'))
    .map((file) => file.slice(0, -'.yml'.length));
}

/** Golden roots, one after the other: each keeps two cores busy. Gives their folders by name. */
export async function buildImages(
  names: readonly string[],
  progress: (line: string) => void,
): Promise<Record<string, string>> {
  const roots: Record<string, string> = {};
  for (const name of names) {
    const image = soundOf(parseImage(name, readFileSync(join(folder, `${name}.yml`), 'utf8')));
    roots[name] = (await ensureGolden(image, progress)).root;
  }
  return roots;
}

if (process.argv[1] === import.meta.filename) {
  const wanted = process.argv.slice(2);
  try {
    const roots = await buildImages(wanted.length > 0 ? wanted : imageNames(), (line) => console.log(line));
    for (const [name, root] of Object.entries(roots)) console.log(`${name}: ${root}`);
  } catch (accident) {
    if (!(accident instanceof ProvisioningError)) throw accident;
    console.error(accident.faults.map(showFault).join('\n'));
    process.exitCode = 1;
  }
}
