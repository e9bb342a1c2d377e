import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

/** Set by scripts/build.mjs: in a bundle the schemas are known to be sound, since every test run compiles them with the check. */
declare const BUNDLED: true | undefined;

/** Does a value fit a schema? `errors` are those of the last value asked about. */
export interface Check<T> {
  (value: unknown): value is T;
  readonly errors: readonly ErrorObject[];
}

let compiler: Ajv | undefined;
const made = new WeakMap<object, ValidateFunction>();

/** Compiled once, when first asked: compiling takes longer than most runs spend on what they came for. */
function compiled(schema: object): ValidateFunction {
  const known = made.get(schema);
  if (known !== undefined) return known;
  compiler ??= new Ajv({
    ...{ allErrors: true, strict: true, allowUnionTypes: true },
    ...{ validateSchema: typeof BUNDLED === 'undefined', code: { optimize: false } },
  });
  const validate = compiler.compile(schema);
  made.set(schema, validate);
  return validate;
}

/** The check of one JSON schema (draft 7, strict); all errors at once. */
export function checkOf<T>(schema: object): Check<T> {
  const check = (value: unknown): value is T => compiled(schema)(value) as boolean;
  return Object.defineProperty(check, 'errors', { get: () => compiled(schema).errors ?? [] }) as Check<T>;
}

/** Errors in one line, as `data/rows/0 must have …, …`. */
export function errorsText(errors: readonly ErrorObject[]): string {
  return errors.map(({ instancePath, message }) => `data${instancePath} ${message}`).join(', ');
}
