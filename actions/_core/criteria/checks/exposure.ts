import { type Check, listed, NOT_INSTALLED } from '../finding.ts';
import { reading } from '../reads.ts';

/** GENERIC_SEC_6: services run with few rights. The score is told and not judged: everybody's is bad. */
export const exposure: Check = {
  reads: reading(['services'], ['packages']),
  needs: 'services',
  judge: ({ content, services }) => {
    if (content === undefined) return NOT_INSTALLED;
    const ran = services.filter(({ state }) => state === 'ran');
    if (ran.length === 0) return { result: 'NA', comment: 'No service of the product card ran.', evidence: '' };
    const shown = ran.map(
      ({ unit, account = '', exposure: score = '' }) =>
        `${unit} runs as ${account === '' ? 'nobody (it had ended)' : account}${score === '' ? '' : `, exposure ${score}`}`,
    );
    const evidence = shown.join('\n');
    const result = ran.some(({ account }) => account === 'root') ? 'WARNING' : 'OK';
    return { result, comment: `${listed(shown)}.`, evidence };
  },
};
