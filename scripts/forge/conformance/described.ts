import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';

interface Described {
  readonly id: string;
  readonly body: { readonly required: boolean; readonly schema: object } | null;
  /** Schema by status; null where GitHub sends no JSON. */
  readonly answers: Readonly<Record<string, object | null>>;
}

interface Slice {
  readonly operations: Readonly<Record<string, Described>>;
  readonly webhooks: Readonly<Record<string, { readonly schema: object }>>;
  readonly schemas: Readonly<Record<string, object>>;
}

/** One request and its answer, as they went over the wire. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly sent: unknown;
  readonly status: number;
  readonly received: unknown;
}

const slice = JSON.parse(readFileSync(join(import.meta.dirname, '../openapi/github.json'), 'utf8')) as Slice;
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;
const ajv = new Ajv({ strict: false, allErrors: true, logger: false, inlineRefs: false });
addFormats(ajv);
ajv.addSchema({ $id: 'github', schemas: rooted(slice.schemas) as object });

/** The most literal template comes first: `/pulls/comments` before `/pulls/{pull_number}`. */
const templates = Object.keys(slice.operations)
  .map((name) => ({ name, pattern: patternOf(name), variable: name.split('{').length }))
  .sort((a, b) => a.variable - b.variable);

export function describedOperations(): string[] {
  return Object.keys(slice.operations);
}

export function operationOf({ method, path }: Pick<Exchange, 'method' | 'path'>): string | undefined {
  return templates.find(({ pattern }) => pattern.test(`${method} ${path}`))?.name;
}

/** What GitHub's description has against an exchange; empty when nothing. */
export function objections(exchange: Exchange): string[] {
  const name = operationOf(exchange);
  const operation = name === undefined ? undefined : slice.operations[name];
  if (operation === undefined) return [`${exchange.method} ${exchange.path} is not described`];
  const answer = operation.answers[exchange.status];
  if (answer === undefined) return [`${name} does not answer ${exchange.status}`];
  const body = operation.body;
  return [
    ...(body === null || exchange.sent === undefined || exchange.status >= 400
      ? []
      : against(`${name} body`, body.schema, exchange.sent)),
    ...(answer === null ? [] : against(`${name} ${exchange.status}`, answer, exchange.received)),
  ];
}

export function objectionsToWebhook(name: string, payload: unknown): string[] {
  const described = slice.webhooks[name];
  return described === undefined ? [`no webhook ${name}`] : against(name, described.schema, payload);
}

const compiled = new Map<object, ValidateFunction>();

function against(what: string, schema: object, value: unknown): string[] {
  const validate = compiled.get(schema) ?? ajv.compile(rooted(schema) as object);
  compiled.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? [])
    .slice(0, 8)
    .map(({ instancePath, message, params }) => `${what}: ${instancePath} ${message} ${JSON.stringify(params)}`);
}

/** `#/schemas/x` means one in the slice, wherever it is said. */
function rooted(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node).replaceAll('"#/schemas/', '"github#/schemas/'));
}

/** Names of refs, branches, paths and tags may hold slashes. */
function patternOf(name: string): RegExp {
  const source = name
    .replace(/[.()+*?^$|[\]\\]/g, '\\$&')
    .replace(/\{(\w+)\}/g, (_whole, parameter: string) =>
      /^(path|ref|branch|basehead|tag|tree_sha)$/.test(parameter) ? '.+' : '[^/]+',
    );
  return new RegExp(`^${source}$`);
}
