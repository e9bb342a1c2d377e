import { mkdirSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { build } from 'esbuild';

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

/**
 * Bundles what a runner starts; the bench measures what is made the same way.
 * @param options entryPoints, outdir and what else esbuild is to be told
 */
export async function bundleInto(options) {
  const { outputFiles } = await build({ ...BUNDLING, ...options, write: false });
  mkdirSync(options.outdir, { recursive: true });
  for (const { path, text } of outputFiles) writeFileSync(path, withPlainBuiltins(text));
}

const HEAD =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
/** A default or namespace name, or names in braces, or both, of one module, as esbuild writes it when it minifies. */
const IMPORT = /(?<=^|[;}\n])import(?:\*as ([\w$]+)| ([\w$]+))?,?(?:\{([^}]*)\})?(?: ?from)?"([\w:/]+)";/g;

/** Node's own modules by require: for an import statement Node makes a second module of each, which costs a short run several ms. */
function withPlainBuiltins(text) {
  const required = [];
  const rest = text.replace(IMPORT, (whole, all, main, names, module) => {
    if (!isBuiltin(module) || names?.includes('default as ')) return whole;
    const from = `require("${module}")`;
    for (const one of [all, main]) if (one !== undefined) required.push(`const ${one}=${from};`);
    if (names !== undefined) required.push(`const{${names.replaceAll(' as ', ':')}}=${from};`);
    return '';
  });
  return `${HEAD}\n${required.join('')}${rest}`;
}
