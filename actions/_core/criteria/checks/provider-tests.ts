import type { Facts } from '../facts.ts';
import { type Check, type Finding, NOT_INSTALLED, tellingLine } from '../finding.ts';
import { testsVerdict } from '../package-tests.ts';
import { reading } from '../reads.ts';

/** QC_FUNC_2: the provider's own tests and those of its source package. Without any, a person tries what the notes promise. */
export const providerTests: Check = {
  reads: reading(['tests', 'packageTests'], ['packages']),
  from: ['fresh', 'packages', 'tests'],
  judge,
};

function judge({ content, tests, packageTests }: Facts): Finding {
  if (content === undefined) return NOT_INSTALLED;
  const packaged = testsVerdict(packageTests);
  const evidence = [tests?.output ?? '', packaged.evidence].filter((part) => part !== '').join('\n');
  if (tests !== undefined && tests.code !== 0) {
    const comment = `The provider's tests end with ${tests.code}: ${tellingLine(tests.output)}`;
    return { result: 'FAIL', comment, evidence };
  }
  if (packaged.result === 'FAIL') return { result: 'FAIL', comment: `${capital(packaged.said)}.`, evidence };
  const own = "The provider's tests pass on the installed packages";
  if (tests !== undefined) {
    const more = packaged.result === 'OK' ? `; ${packaged.said}` : '';
    return { result: 'OK', comment: `${own}${more}.`, evidence };
  }
  if (packaged.result === 'OK') return { result: 'OK', comment: `${capital(packaged.said)}.`, evidence };
  return { result: 'Not tested', comment: `The product card names no test command, and ${packaged.said}.`, evidence };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
