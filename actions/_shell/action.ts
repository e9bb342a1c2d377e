import { error as annotate, getInput, setFailed } from '@actions/core';
import { refusal } from '#core/fault-codes.ts';
import { type Fault, ProvisioningError, showFault } from '#core/faults.ts';

/**
 * The one catch of an action: every fault becomes an annotation with file and line, then the step fails with its sentence.
 * Ends the process at once: whatever still holds a connection is not waited for.
 */
export async function runAction(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (accident) {
    fail(accident);
  }
  process.exit();
}

function fail(accident: unknown): void {
  if (!(accident instanceof ProvisioningError)) {
    setFailed(accident instanceof Error ? (accident.stack ?? accident.message) : String(accident));
    return;
  }
  annotateFaults(accident.faults);
  setFailed(showFault({ code: accident.code, sentence: accident.message, hint: accident.hint }));
}

/** Each fault as an annotation with file and line. */
export function annotateFaults(faults: readonly Fault[]): void {
  for (const fault of faults) {
    const { file, line, column } = fault.where ?? {};
    annotate(`${fault.sentence} ${fault.hint}`, {
      title: fault.code,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { startLine: line }),
      ...(column === undefined ? {} : { startColumn: column }),
    });
  }
}

/** A whole number of at least 1; anything else is INPUT_INVALID. */
export function numberInput(name: string): number {
  const text = getInput(name, { required: true });
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ProvisioningError(
    'INPUT_INVALID',
    `Input ${name} is "${text}", not a number.`,
    'Give a whole number of at least 1.',
  );
}

export function booleanInput(name: string): boolean {
  const text = getInput(name);
  if (text === '' || text === 'false') return false;
  if (text === 'true') return true;
  throw new ProvisioningError('INPUT_INVALID', `Input ${name} is "${text}".`, 'Give true or false.');
}

/** Entries with commas between them; none when the input is empty. */
export function listInput(name: string): string[] {
  return getInput(name)
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** A http or https address without slash at its end; anything else is INPUT_INVALID. */
export function urlInput(name: string): string {
  const text = getInput(name, { required: true }).replace(/\/+$/, '');
  if (/^https?:\/\/[^\s]+$/.test(text) && URL.canParse(text)) return text;
  throw refusal('INPUT_INVALID', `Input ${name} is "${text}", not an address.`, {
    hint: 'Give a http or https address.',
  });
}

/** Foreign text for the log: a line of it can be no command to the runner. */
export function quoted(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `| ${line.replaceAll('##[', '# #[')}`)
    .join('\n');
}
