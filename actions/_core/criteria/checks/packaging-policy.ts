import { type Check, counted } from '../finding.ts';
import { reading } from '../reads.ts';

/** GENERIC_DIST_3: what the checker of the package format says, and everything else that no other criterion has a row for. */
export const packagingPolicy: Check = {
  reads: reading(['checkers', 'format']),
  judge: ({ checkers, format }) => {
    const wanted = format === 'deb' ? 'lintian' : 'rpmlint';
    const evidence = checkers
      .map(({ tool, failed, findings }) => `${tool}: ${failed ?? counted(findings.length, 'finding')}`)
      .join('\n');
    if (!checkers.some(({ tool }) => tool === wanted))
      return { result: 'Not tested', comment: `${wanted} had nothing to look at.`, evidence };
    const blind = checkers.flatMap(({ tool, failed }) =>
      failed === undefined ? [] : `${tool} could not look: ${failed}.`,
    );
    if (blind.length > 0) return { result: 'Not tested', comment: blind.join(' '), evidence };
    const tools = checkers.map(({ tool }) => tool);
    const found = counted(checkers.flatMap(({ findings }) => findings).length, 'finding');
    return { result: 'OK', comment: `${found} of ${tools.join(', ')}, weighed by criteria/findings.yml.`, evidence };
  },
};
