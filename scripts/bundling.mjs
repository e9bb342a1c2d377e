import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, transform } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

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

const BUNDLING = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  chunkNames: 'shared-[hash]',
  plugins: [lazyUndici],
  define: { BUNDLED: 'true' },
  preserveSymlinks: true, // names of chunks follow paths: the same whether node_modules is a folder or a link
};

/** esbuild shares what several entries need only among ES modules; Node starts CommonJS about 5 ms sooner. */
const COMMON = {
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__url' },
};
const URL_OF = "const __url = require('node:url').pathToFileURL(__filename).href;\n";

/**
 * Bundles what a runner starts; the bench measures what is made the same way. CommonJS: in a folder whose package.json says
 * so, or under names that end in .cjs.
 * @param options entryPoints, outdir and what else esbuild is to be told
 */
export async function bundleInto(options) {
  const { outputFiles } = await build({ ...BUNDLING, ...options, write: false });
  mkdirSync(options.outdir, { recursive: true });
  await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const { code } = await transform(text, COMMON);
      writeFileSync(path, code.includes('__url') ? URL_OF + code : code);
    }),
  );
}
