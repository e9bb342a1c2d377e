import { type Check, NOT_INSTALLED, tellingLine } from '../finding.ts';

/** QC_FUNC_2: the provider's own tests on what was installed. Without any, a person tries what the notes promise. */
export const providerTests: Check = {
  judge: ({ content, tests }) => {
    if (content === undefined) return NOT_INSTALLED;
    if (tests === undefined)
      return { result: 'Not tested', comment: 'The product card names no test command.', evidence: '' };
    const evidence = tests.output;
    if (tests.code === 0)
      return { result: 'OK', comment: "The provider's tests pass on the installed packages.", evidence };
    return {
      result: 'FAIL',
      comment: `The provider's tests end with ${tests.code}: ${tellingLine(tests.output)}`,
      evidence,
    };
  },
};
