// Bundles every action into actions/_dist: one shared chunk and a small entry per action. `--check` builds aside and
// compares with what is committed (the CI's test that nobody forgot to build).
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleInto } from './bundling.mjs';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'actions/_dist');
const check = process.argv.includes('--check');
const outdir = check ? mkdtempSync(join(tmpdir(), 'dist-')) : dist;

const names = readdirSync(join(root, 'actions')).filter(
  (name) => !name.startsWith('_') && existsSync(join(root, 'actions', name, 'main.ts')),
);
if (!check) rmSync(dist, { recursive: true, force: true });

await bundleInto({
  entryPoints: Object.fromEntries(names.map((name) => [name, `actions/${name}/main.ts`])),
  outdir,
  logLevel: 'warning',
});
writeFileSync(join(outdir, 'package.json'), '{ "type": "module" }\n');

if (check) {
  const listed = (folder) => (existsSync(folder) ? readdirSync(folder).sort() : []);
  const [built, kept] = [listed(outdir), listed(dist)];
  const differing = [...new Set([...built, ...kept])].filter(
    (file) =>
      !built.includes(file) ||
      !kept.includes(file) ||
      !readFileSync(join(outdir, file)).equals(readFileSync(join(dist, file))),
  );
  rmSync(outdir, { recursive: true });
  if (differing.length > 0) {
    console.error(
      `DIST_STALE actions/_dist differs from its sources: ${differing.join(', ')}. Run npm run build and commit.`,
    );
    process.exit(1);
  }
}
