import { HttpFault, unprocessable } from './faults.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** The request's JSON object; no body counts as `{}`. @throws HttpFault 400 when it is not JSON, 422 when it is no object. */
export async function fieldsOf(request: Request): Promise<Fields> {
  const text = await request.text();
  if (text.trim() === '') return {};
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw unprocessable("Invalid request.\n\nFor 'links/0/schema', the body is not an object.");
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpFault(400, 'Problems parsing JSON');
  }
}

/** A text that must be there. @throws HttpFault 422 in GitHub's words. */
export function textOf(fields: Fields, name: string): string {
  const value = optionalText(fields, name);
  if (value === undefined || value === null) throw unprocessable(`Invalid request.\n\n"${name}" wasn't supplied.`);
  return value;
}

/** Undefined when absent; null stays null. */
export function optionalText(fields: Fields, name: string): string | null | undefined {
  const value = fields[name];
  if (value === undefined || value === null || typeof value === 'string') return value;
  throw wrongType(name, value, 'a string');
}

export function flagOf(fields: Fields, name: string, otherwise: boolean): boolean {
  const value = fields[name];
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'boolean') return value;
  throw wrongType(name, value, 'a boolean');
}

export function textsOf(fields: Fields, name: string): string[] | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrongType(name, value, 'an array of strings');
}

export function choiceOf<Choice extends string>(
  fields: Fields,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = optionalText(fields, name) ?? undefined;
  if (value === undefined || choices.includes(value as Choice)) return value as Choice | undefined;
  throw unprocessable(`Invalid request.\n\n${value} is not a member of ${JSON.stringify(choices)}.`);
}

export function wholeOf(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value)) return value as number;
  throw wrongType(name, value, 'an integer');
}

export function listOf(fields: Fields, name: string): Fields[] {
  const value = fields[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null))
    return value as Fields[];
  throw wrongType(name, value, 'an array of objects');
}

/** An object, null when it is null, undefined when absent. */
export function objectOf(fields: Fields, name: string): Fields | null | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return value;
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw wrongType(name, value, 'an object');
}

function wrongType(name: string, value: unknown, wanted: string): HttpFault {
  return unprocessable(`Invalid request.\n\nFor 'properties/${name}', ${JSON.stringify(value)} is not ${wanted}.`);
}
