/** Where a fault stands: `line` and `column` count from 1; `path` is the place inside the document (`release:ISODate`). */
export interface Where {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
}

/** One thing wrong with what a person gave us: NOUN_FAULT code, a sentence, and what to do about it. */
export interface Fault {
  readonly code: string;
  readonly sentence: string;
  readonly hint: string;
  readonly where?: Where;
}

/** An accident: thrown with a code, a sentence and a hint, caught once at the door. Carries every fault found. */
export class ProvisioningError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly faults: readonly Fault[];

  constructor(
    code: string,
    sentence: string,
    hint: string,
    options: { faults?: readonly Fault[]; cause?: unknown } = {},
  ) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ProvisioningError';
    this.code = code;
    this.hint = hint;
    this.faults = options.faults ?? [{ code, sentence, hint }];
  }
}

/** `file:line:column: CODE sentence (hint)`, the one way a fault is shown as text. */
export function showFault({ code, sentence, hint, where }: Fault): string {
  const place =
    where === undefined
      ? ''
      : `${[where.file, where.line, where.column].filter((part) => part !== undefined).join(':')}: `;
  return `${place}${code} ${sentence} (${hint})`;
}
