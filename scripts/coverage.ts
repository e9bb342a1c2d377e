import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseProductCard } from '#core/product/card.ts';
import { coverageOf } from '#core/rollout/coverage.ts';
import { EARLY_ADOPTERS_PATH, parseEarlyAdopters } from '#core/rollout/early-adopters.ts';
import { soundOf } from '#core/yaml.ts';

/** `npm run coverage [-- --json]`: products and platforms without an early adopter team, and teams without products. */
const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'releases/products');
const cards = readdirSync(folder)
  .filter((name) => name.endsWith('.yml'))
  .map((file) => soundOf(parseProductCard(readFileSync(join(folder, file), 'utf8'), { file })));
const adopters = soundOf(parseEarlyAdopters(readFileSync(join(root, EARLY_ADOPTERS_PATH), 'utf8')));
const coverage = coverageOf(cards, adopters);
if (process.argv.includes('--json')) console.log(JSON.stringify(coverage, undefined, 2));
else {
  console.log(
    `${coverage.products} products, ${Math.round(coverage.covered * 100)} % of products and platforms with a team.`,
  );
  for (const { product, platform } of coverage.uncovered) console.log(`no team: ${product} on ${platform}`);
  for (const team of coverage.teamsWithout) console.log(`nothing to try: ${team}`);
}
