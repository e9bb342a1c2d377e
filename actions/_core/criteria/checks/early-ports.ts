import { type Check, listed, NOT_INSTALLED } from '../finding.ts';
import { reading } from '../reads.ts';

const LOOPBACK = /^(127\.|\[?::1\]?$|\[::ffff:127\.)/;

/** GENERIC_SEC_5: nothing listens to the network before anybody has configured it. */
export const earlyPorts: Check = {
  reads: reading([], ['earlyPorts']),
  needs: 'services',
  judge: ({ content }) => {
    if (content === undefined) return NOT_INSTALLED;
    const shown = content.earlyPorts.map(({ protocol, address, port, program }) =>
      `${protocol} ${address}:${port} ${program}`.trim(),
    );
    const evidence = shown.join('\n');
    const outside = shown.filter((_, at) => !LOOPBACK.test(content.earlyPorts[at]?.address ?? ''));
    if (outside.length > 0)
      return { result: 'WARNING', comment: `Open after installation alone: ${listed(outside)}.`, evidence };
    return { result: 'OK', comment: 'Installation alone opens nothing to the network.', evidence };
  },
};
