import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError, showFault } from '#core/faults.ts';

/** Faults are many where a folder is read; a screen holds so many. */
const SHOWN = 20;

/**
 * The one catch of a command: `--help` prints its use, wrong words print what is wrong and the use (exit code 2), faults of
 * what it reads print all of theirs (1). Whatever else is thrown is an accident, and shows where it happened.
 */
export async function runCommand(usage: string, body: () => Promise<void> | void): Promise<void> {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) return console.log(usage);
  try {
    await body();
  } catch (accident) {
    if (isMisused(accident)) {
      console.error(`${accident.message}\n\n${usage}`);
      process.exitCode = 2;
    } else if (accident instanceof ProvisioningError) {
      const { faults } = accident;
      console.error(faults.slice(0, SHOWN).map(showFault).join('\n'));
      if (faults.length > SHOWN) console.error(`… and ${faults.length - SHOWN} more.`);
      process.exitCode = 1;
    } else throw accident;
  }
}

/** Of parseArgs, or ours. */
function isMisused(accident: unknown): accident is Error {
  if (accident instanceof ProvisioningError) return accident.code === 'INPUT_INVALID';
  return accident instanceof TypeError && 'code' in accident && String(accident.code).startsWith('ERR_PARSE_ARGS');
}

/** `YYYY-MM-DD`, a day that there is. @throws ProvisioningError INPUT_INVALID */
export function dayOption(text: string): string {
  const day = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text))
    return text;
  throw refusal('INPUT_INVALID', `"${text}" is no day; write YYYY-MM-DD.`);
}
