import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as expressions from '@actions/expressions';
import type * as parser from '@actions/workflow-parser';
import type * as actionParser from '@actions/workflow-parser/actions/action-parser';
import { buildSync } from 'esbuild';

/**
 * GitHub's own parser and expression engine. Published as modules that import JSON without saying so, which Node refuses:
 * they are bundled once per version, by esbuild, into the cache. One file also loads in a fraction of the time of a hundred.
 */
type Engine = Pick<typeof parser, 'parseWorkflow' | 'convertWorkflowTemplate' | 'NoOperationTraceWriter'> &
  Pick<typeof actionParser, 'parseAction'> &
  Pick<typeof expressions, 'data' | 'Evaluator' | 'Lexer' | 'Parser'>;

const ENTRY = `
export { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } from '@actions/workflow-parser';
export { parseAction } from '@actions/workflow-parser/actions/action-parser';
export { data, Evaluator, Lexer, Parser } from '@actions/expressions';
`;
const root = resolve(import.meta.dirname, '../..');

function bundled(): string {
  const manifest = readFileSync(join(root, 'node_modules/@actions/workflow-parser/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const cache = join(root, '.cache/runner');
  const file = join(cache, `engine-${version}.mjs`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const aside = `${file}.${process.pid}.mjs`;
  buildSync({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'js' },
    outfile: aside,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  renameSync(aside, file); // two processes may build at once: each moves a whole file into place
  return file;
}

export const engine = (await import(/* @vite-ignore */ pathToFileURL(bundled()).href)) as Engine;
