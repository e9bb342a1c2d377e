import type { ErrorObject } from 'ajv';
import { constructFromEvents, EVENT_ID, type Event, getScalarValue, parseEvents, YAMLException } from 'js-yaml';
import { type FaultCode, fault } from '#core/fault-codes.ts';
import { type Fault, ProvisioningError, type Where } from '#core/faults.ts';
import { checkOf } from '#core/schema.ts';
import { positionIn } from '#core/text.ts';

/** What a reader gives: `value` is there only when there is no fault. */
export interface Parsed<T> {
  readonly value: T | undefined;
  readonly faults: readonly Fault[];
}

/** @throws ProvisioningError with the first fault's code and all faults. */
export function soundOf<T>({ value, faults }: Parsed<T>): T {
  const [first] = faults;
  if (value !== undefined && first === undefined) return value;
  const { code, sentence, hint } = first ?? { code: 'YAML_MALFORMED', sentence: 'Nothing was read.', hint: '' };
  throw new ProvisioningError(code, sentence, hint, { faults });
}

/** Characters; the largest file we keep (a lock of 1,000 packages) stays well under it. */
const LIMIT = 1_048_576;

/**
 * One YAML document of a given JSON schema; all schema faults at once, each with the line of its key.
 * @param code of the schema's faults: LOCK_INVALID, …; malformed text is YAML_MALFORMED.
 */
export function parseYaml<T>(text: string, { file, schema, code }: YamlKind): Parsed<T> {
  if (text.length > LIMIT)
    return refused(
      fault('YAML_TOO_LARGE', `The file has ${text.length} characters; at most ${LIMIT} are read.`, { file }),
    );
  try {
    const events = parseEvents(text, { maxDepth: 20 });
    const [value, ...more] = constructFromEvents(events, { source: text, maxAliases: 0 });
    if (more.length > 0) return refused(fault('YAML_MALFORMED', 'The file holds several documents.', { file }));
    const fits = checkOf<T>(schema);
    if (fits(value)) return { value, faults: [] };
    const whereIs = placesIn(text, events, file);
    return { value: undefined, faults: fits.errors.map((error) => schemaFault(error, code, whereIs)) };
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    const at = cause.mark === undefined ? {} : { line: cause.mark.line + 1, column: cause.mark.column + 1 };
    return refused(fault('YAML_MALFORMED', `The YAML cannot be read: ${cause.reason}.`, { file, ...at }));
  }
}

export interface YamlKind {
  /** Path as shown in faults. */
  readonly file: string;
  readonly schema: object;
  readonly code: FaultCode;
}

function refused(...faults: Fault[]): Parsed<never> {
  return { value: undefined, faults };
}

function schemaFault(error: ErrorObject, code: FaultCode, whereIs: (pointer: string) => Where): Fault {
  const { instancePath, keyword, params, message } = error;
  const shown = instancePath === '' ? 'The document' : instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/');
  if (keyword === 'additionalProperties') {
    const key = String(params.additionalProperty);
    return fault(code, `${shown} has an unknown key "${key}".`, whereIs(`${instancePath}/${key}`));
  }
  if (keyword === 'required') return fault(code, `${shown} lacks "${params.missingProperty}".`, whereIs(instancePath));
  const choices = keyword === 'enum' ? `: ${params.allowedValues.join(', ')}` : '';
  const quote = keyword === 'type' && params.type === 'string' ? ' (quote it)' : '';
  return fault(code, `${shown} ${message ?? 'is wrong'}${choices}${quote}.`, whereIs(instancePath));
}

/** JSON pointer → place, by the parser's own events; a mapping's entry stands where its key stands. */
function placesIn(text: string, events: readonly Event[], file: string): (pointer: string) => Where {
  const offsets = new Map<string, number>();
  let next = 1;
  const walk = (pointer: string): void => {
    const event = events[next++];
    if (event?.type === EVENT_ID.SCALAR) note(offsets, pointer, event.valueStart);
    if (event?.type !== EVENT_ID.MAPPING && event?.type !== EVENT_ID.SEQUENCE) return;
    note(offsets, pointer, event.start);
    for (let index = 0; events[next]?.type !== EVENT_ID.POP && next < events.length; index++) {
      if (event.type === EVENT_ID.SEQUENCE) {
        walk(`${pointer}/${index}`);
        continue;
      }
      const key = events[next++];
      const name = key?.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : '';
      if (key?.type === EVENT_ID.SCALAR) note(offsets, `${pointer}/${name}`, key.valueStart);
      walk(`${pointer}/${name}`);
    }
    next++;
  };
  walk('');
  const position = positionIn(text);
  return (pointer) => {
    const offset = offsets.get(pointer.replaceAll('~1', '/').replaceAll('~0', '~'));
    return { file, ...(offset === undefined ? {} : position(offset)), path: pointer };
  };
}

function note(offsets: Map<string, number>, pointer: string, offset: number): void {
  if (!offsets.has(pointer)) offsets.set(pointer, offset);
}
