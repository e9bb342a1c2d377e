import { type Check, counted, listed, NOT_INSTALLED } from '../finding.ts';
import { reading } from '../reads.ts';

/** CLIENTAPI_TOOL_1: a program tells its usage when asked, and neither hangs nor crashes. */
export const helpOptions: Check = {
  reads: reading([], ['answers']),
  judge: ({ content }) => {
    if (content === undefined) return NOT_INSTALLED;
    const { answers } = content;
    const evidence = answers.map(({ program, code, said }) => `${code}${said ? '' : ' silent'} ${program}`).join('\n');
    if (answers.length === 0) return { result: 'NA', comment: 'No programs for users.', evidence };
    const bad = answers.filter(({ code, said }) => code === 124 || code >= 128 || !said).map(({ program }) => program);
    if (bad.length > 0)
      return { result: 'FAIL', comment: `Hang, crash or keep silent when asked for help: ${listed(bad)}.`, evidence };
    return { result: 'OK', comment: `${counted(answers.length, 'program')} answer when asked for help.`, evidence };
  },
};
