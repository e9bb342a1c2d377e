// Cuts from GitHub's published description what the forge implements, into github.json: JSON Schemas for request bodies and
// answers. Run by `npx tsx scripts/forge/openapi/slice.mjs [folder of @octokit/openapi]`; without a folder the package is
// installed aside and thrown away: with 385 MB it is no dependency.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { implemented } from './implemented.ts';

const PACKAGE = '@octokit/openapi';
const VERSION = '23.0.2';
const WEBHOOKS = [
  'pull-request-opened',
  'pull-request-synchronize',
  'pull-request-labeled',
  'pull-request-closed',
  'pull-request-review-submitted',
  'issue-comment-created',
  'workflow-run-completed',
  'workflow-dispatch',
  'push',
  'create',
];

const scratch = process.argv[2] === undefined ? mkdtempSync(join(tmpdir(), 'openapi-')) : undefined;
if (scratch !== undefined) {
  const install = ['install', '--no-save', '--ignore-scripts', '--silent', '--prefix', scratch, `${PACKAGE}@${VERSION}`];
  execFileSync('npm', install, { stdio: 'inherit' });
}
const folder = process.argv[2] ?? join(scratch, 'node_modules', PACKAGE);
const whole = JSON.parse(readFileSync(resolve(folder, 'generated/api.github.com.json'), 'utf8'));
const licence = readFileSync(resolve(folder, 'LICENSE'), 'utf8').trim();
if (scratch !== undefined) rmSync(scratch, { recursive: true });

const needed = new Map();
const operations = {};
const byShape = new Map(Object.keys(whole.paths).map((path) => [shapeOf(path), path]));
for (const { method, path } of implemented()) {
  const known = byShape.get(shapeOf(path));
  const operation = known === undefined ? undefined : whole.paths[known][method.toLowerCase()];
  if (operation === undefined) throw new Error(`GitHub describes no ${method} ${path}.`);
  operations[`${method} ${known}`] = {
    id: operation.operationId,
    body: bodyOf(operation),
    answers: Object.fromEntries(Object.entries(operation.responses).map(([status, answer]) => [status, answerOf(answer)])),
  };
}
const webhooks = Object.fromEntries(WEBHOOKS.map((name) => [name, bodyOf(Object.values(whole['x-webhooks'][name])[0])]));

const lines = [
  '{',
  `"notice": ${JSON.stringify(`Cut from ${PACKAGE} ${VERSION} (GitHub's OpenAPI description), by slice.mjs.\n\n${licence}`)},`,
  `"operations": {\n${listed(operations)}\n},`,
  `"webhooks": {\n${listed(webhooks)}\n},`,
  `"schemas": {\n${listed(Object.fromEntries([...needed].sort(([a], [b]) => (a < b ? -1 : 1))))}\n}`,
  '}',
];
writeFileSync(join(import.meta.dirname, 'github.json'), `${lines.join('\n')}\n`);

/** One line an entry, so that a new version shows in a diff what it changed. */
function listed(entries) {
  return Object.entries(entries)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(',\n');
}

/** Parameters are called differently here and there; and one may hold slashes. */
function shapeOf(path) {
  return path.replace(/\{[^}]*\}/g, '{}');
}

function bodyOf({ requestBody }) {
  const schema = requestBody?.content?.['application/json']?.schema;
  return schema === undefined ? null : { required: requestBody.required === true, schema: plain(schema) };
}

/** The schema of an answer's JSON; null when it has no such body. */
function answerOf(answer) {
  const resolved = answer.$ref === undefined ? answer : whole.components.responses[answer.$ref.split('/').pop()];
  const schema = resolved.content?.['application/json']?.schema;
  return schema === undefined ? null : plain(schema);
}

/**
 * OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, `oneOf` an `anyOf` (GitHub's own alternatives overlap), and what
 * only explains is left out. Components are taken along as they are met.
 */
function plain(node) {
  if (Array.isArray(node)) return node.map(plain);
  if (typeof node !== 'object' || node === null) return node;
  if (typeof node.$ref === 'string') return { $ref: `#/schemas/${take(node.$ref.split('/').pop())}` };
  const { nullable, oneOf, description, title, example, examples, externalDocs, discriminator, deprecated, readOnly, default: _default, ...rest } = node;
  const cleaned = Object.fromEntries(
    Object.entries({ ...rest, ...(oneOf === undefined ? {} : { anyOf: [...(rest.anyOf ?? []), ...oneOf] }) })
      .filter(([key]) => !key.startsWith('x-'))
      .map(([key, value]) => [key, key === 'properties' ? mapped(value) : key === 'enum' || key === 'required' ? value : plain(value)]),
  );
  return nullable === true ? orNull(cleaned) : cleaned;
}

/** Under `properties` the keys are names, not keywords: one may well be called `title`. */
function mapped(properties) {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, plain(schema)]));
}

function orNull(schema) {
  return { anyOf: [schema, { type: 'null' }] };
}

function take(name) {
  if (needed.has(name)) return name;
  needed.set(name, {});
  needed.set(name, plain(whole.components.schemas[name]));
  return name;
}
