import { verifiedWith } from './template.ts';
import { criticalFailures, resultOf, type Verification, type VerificationRow } from './verification.ts';

/**
 * What a report still lacks before it can be approved, a sentence each; empty when it is complete (domain.md sections 3
 * and 5). A critical FAIL is no lack: ask `criticalFailures`, and the outcome must say rejected.
 */
export function complete(verification: Verification): string[] {
  const { verifier, hours, outcome, rows, releaseType, tickets } = verification;
  const failing = rows.filter((row) => resultOf(row) === 'FAIL').map((row) => row.criterion);
  const failures = criticalFailures(verification);
  return [
    ...(verifier === '' ? ['The verifier is not named.'] : []),
    ...(hours === null || hours === 0 ? ['The hours spent are not given.'] : []),
    ...(outcome === '' ? ['The outcome is not given: accepted or rejected.'] : []),
    ...(outcome === 'accepted' && failures.length > 0
      ? [`The outcome says accepted, but critical criteria fail: ${failures.map((row) => row.criterion).join(', ')}.`]
      : []),
    // domain.md section 3: problems are kept as tickets, linked from the PPA.
    ...(failing.length > 0 && tickets.length === 0
      ? [`No ticket is linked for what fails: ${failing.join(', ')}.`]
      : []),
    ...rows.flatMap((row) => lackOf(row, releaseType === 'minor')),
  ];
}

function lackOf(row: VerificationRow, minor: boolean): string[] {
  const { criterion, by, machine, result, comment } = row;
  if (minor && verifiedWith(comment) !== undefined) return [];
  if (by === 'machine' && machine === '') return [`${criterion} has no result of its automated check yet.`];
  // What the machine could not test asks for a person's word; "Not tested" and NA of a person ask for the reason.
  if (by === 'machine' && machine === 'Not tested' && result === '')
    return [`${criterion} could not be tested by machine.`];
  if (resultOf(row) === '') return [`${criterion} is not answered.`];
  if ((result === 'Not tested' || result === 'NA') && comment === '')
    return [`${criterion} is ${result} without a reason.`];
  return [];
}
