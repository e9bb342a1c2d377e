// Bundles every action into actions/_dist: one shared chunk and a small entry per action. `--check` builds aside and
// compares with what is committed (the CI's test that nobody forgot to build); `--out=<folder>` builds there.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleInto } from './bundling.mjs';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'actions/_dist');
const check = process.argv.includes('--check');
const aside = process.argv.find((word) => word.startsWith('--out='))?.slice('--out='.length);
const outdir = check ? mkdtempSync(join(tmpdir(), 'dist-')) : (aside ?? dist);

const names = readdirSync(join(root, 'actions')).filter(
  (name) => !name.startsWith('_') && existsSync(join(root, 'actions', name, 'main.ts')),
);
if (outdir === dist) rmSync(dist, { recursive: true, force: true });

await bundleInto({
  entryPoints: Object.fromEntries(names.map((name) => [name, `actions/${name}/main.ts`])),
  outdir,
  logLevel: 'warning',
});
// pdfkit asks for the metrics of a standard font by a name that only its own package knows: the bundle gives it two.
await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(
    ['Helvetica', 'HelveticaBold'].map((font) => [`font-${font}`, `pdfkit/standard-fonts/${font}`]),
  ),
  outdir,
  bundle: true,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  minify: true,
  legalComments: 'none',
  // As `module.exports`, which is what its `require` looks for.
  footer: { js: 'module.exports = module.exports.default ?? module.exports;' },
});
// What a report needs whose names are not Western European; read from the file beside the bundle (pdf-fonts.ts).
for (const font of ['DejaVuSansCondensed', 'DejaVuSansCondensed-Bold'])
  copyFileSync(join(root, `node_modules/dejavu-fonts-ttf/ttf/${font}.ttf`), join(outdir, `font-${font}.ttf`));
writeFileSync(
  join(outdir, 'package.json'),
  '{ "type": "commonjs", "imports": { "#standard-fonts/*": "./font-*.cjs" } }\n',
);

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
