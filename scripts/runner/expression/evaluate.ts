import type { Expr, Result } from '@actions/expressions';
import { engine } from '#scripts/runner/engine.ts';
import { fromValue, toValue, truthy, type Value } from './values.ts';

const { data, Evaluator, Lexer, Parser } = engine;

/** Every context GitHub names; one that is not available at a place is simply absent (null). */
const CONTEXTS = [
  'github',
  'env',
  'vars',
  'secrets',
  'inputs',
  'needs',
  'matrix',
  'steps',
  'job',
  'jobs',
  'runner',
  'strategy',
];

const TOKEN_LEFT_PAREN = 1;
const TOKEN_STRING = 18;

/** What the status functions answer at this place. */
export type Status = { success: boolean; failure: boolean; cancelled: boolean };

/** Where an expression is read: its contexts by name, the status functions, and `hashFiles` where there is a workspace. */
export type Scope = {
  contexts: { readonly [name: string]: unknown };
  status?: Status;
  hashFiles?: (patterns: readonly string[]) => string;
};

type Parsed = { tree: Expr | undefined; asksStatus: boolean };

const STATUS_FUNCTIONS = ['success', 'failure', 'always', 'cancelled'];
const FUNCTIONS = [
  ...STATUS_FUNCTIONS.map((name) => ({ name, minArgs: 0, maxArgs: 0 })),
  { name: 'hashFiles', minArgs: 1, maxArgs: 255 },
];
const parsedBefore = new Map<string, Parsed>();

/** @actions/expressions 0.3.61 unescapes only the first `''` of a string: done again from the lexeme. */
function mended(tokens: Result['tokens']): Result['tokens'] {
  return tokens.map((token) =>
    (token.type as number) === TOKEN_STRING
      ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
      : token,
  );
}

function parse(text: string): Parsed {
  const known = parsedBefore.get(text);
  if (known !== undefined) return known;
  const tokens = mended(new Lexer(text).lex().tokens);
  const asksStatus = tokens.some(
    (token, index) =>
      STATUS_FUNCTIONS.includes(token.lexeme.toLowerCase()) &&
      (tokens[index + 1]?.type as number | undefined) === TOKEN_LEFT_PAREN,
  );
  const parsed = { tree: new Parser(tokens, CONTEXTS, FUNCTIONS).parse() as Expr | undefined, asksStatus };
  parsedBefore.set(text, parsed);
  return parsed;
}

function functionsOf(scope: Scope) {
  const status = scope.status;
  const answer = (name: string, value: () => boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value()),
  });
  const asked = (name: keyof Status) => {
    if (status === undefined) throw new Error(`${name}() cannot be used here`);
    return status[name];
  };
  const hashFiles = (...args: Value[]): Value => {
    if (scope.hashFiles === undefined) throw new Error('hashFiles() cannot be used here');
    return new data.StringData(scope.hashFiles(args.map((arg) => arg.coerceString())));
  };
  return new Map([
    ['success', answer('success', () => asked('success'))],
    ['failure', answer('failure', () => asked('failure'))],
    ['cancelled', answer('cancelled', () => asked('cancelled'))],
    ['always', answer('always', () => true)],
    ['hashfiles', { name: 'hashFiles', minArgs: 1, maxArgs: 255, call: hashFiles }],
  ]);
}

function run(tree: Expr | undefined, scope: Scope): Value {
  if (tree === undefined) return new data.Null();
  const contexts = new data.Dictionary(
    ...CONTEXTS.map((key) => ({ key, value: toValue(scope.contexts[key] ?? null) })),
  );
  return new Evaluator(tree, contexts, functionsOf(scope)).evaluate();
}

/** One expression without its `${{ }}`. @throws Error with the engine's sentence. */
export function evaluate(text: string, scope: Scope): unknown {
  return fromValue(run(parse(text).tree, scope));
}

/** The same as the text GitHub would put in its place. */
export function evaluateToText(text: string, scope: Scope): string {
  return run(parse(text).tree, scope).coerceString();
}

/** An expression as a condition; `success()` is understood unless a status function is asked by name. */
export function holds(text: string, scope: Scope): boolean {
  const { tree, asksStatus } = parse(text);
  if (!asksStatus && scope.status !== undefined && !scope.status.success) return false;
  return truthy(run(tree, scope));
}
