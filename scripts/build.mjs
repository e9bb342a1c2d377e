// Bundles every action into actions/_dist: one shared chunk and a small entry per action. `--check` builds aside and
// compares with what is committed (the CI's test that nobody forgot to build).
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'actions/_dist');
const check = process.argv.includes('--check');
const outdir = check ? mkdtempSync(join(tmpdir(), 'dist-')) : dist;

const names = readdirSync(join(root, 'actions')).filter(
  (name) => !name.startsWith('_') && existsSync(join(root, 'actions', name, 'main.ts')),
);
if (!check) rmSync(dist, { recursive: true, force: true });

/** undici is started only where a proxy asks for it; Node's own fetch does the rest. Starting it would cost more than most runs. */
const lazyUndici = {
  name: 'lazy-undici',
  setup(bundle) {
    bundle.onResolve({ filter: /^undici$/ }, ({ namespace }) =>
      namespace === 'lazy' ? undefined : { path: 'undici', namespace: 'lazy' },
    );
    bundle.onLoad({ filter: /.*/, namespace: 'lazy' }, () => ({
      resolveDir: root,
      contents: `module.exports = {
        get ProxyAgent() { return require('undici').ProxyAgent; },
        fetch: (url, options) => (options?.dispatcher === undefined ? globalThis.fetch : require('undici').fetch)(url, options),
      };`,
    }));
  },
};

await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(names.map((name) => [name, `actions/${name}/main.ts`])),
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  chunkNames: 'shared-[hash]',
  plugins: [lazyUndici],
  define: { BUNDLED: 'true' },
  preserveSymlinks: true, // names of chunks follow paths: the same whether node_modules is a folder or a link
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
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
