import type { data as Data } from '@actions/expressions';
import { engine } from '#scripts/runner/engine.ts';

const { data } = engine;

export type Value = Data.ExpressionData;

const kept = new WeakMap<object, Value>();

/** A plain value as the engine's own. Objects are taken as never changing, so each is turned over once. */
export function toValue(plain: unknown): Value {
  if (typeof plain === 'string') return new data.StringData(plain);
  if (typeof plain === 'number') return new data.NumberData(plain);
  if (typeof plain === 'boolean') return new data.BooleanData(plain);
  if (plain === null || typeof plain !== 'object') return new data.Null();
  let value = kept.get(plain);
  if (value === undefined) {
    value = Array.isArray(plain) ? new data.Array(...plain.map(toValue)) : dictionaryOf(plain);
    kept.set(plain, value);
  }
  return value;
}

function dictionaryOf(plain: object): Value {
  return new data.Dictionary(
    ...Object.entries(plain)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ({ key, value: toValue(value) })),
  );
}

/** The engine's value as a plain one. */
export function fromValue(value: Value): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer) ?? 'null');
}

export function truthy(value: Value): boolean {
  if (value.kind === data.Kind.Null) return false;
  if (value.kind === data.Kind.Boolean) return value.value;
  if (value.kind === data.Kind.Number) return value.value !== 0 && !Number.isNaN(value.value);
  if (value.kind === data.Kind.String) return value.value !== '';
  return true;
}
