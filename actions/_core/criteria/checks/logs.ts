import { type Check, listed, NOT_INSTALLED } from '../finding.ts';
import { reading } from '../reads.ts';

/** GENERIC_SERVICE_2: what a service did can be read afterwards, and its logs do not grow for ever. */
export const logs: Check = {
  reads: reading(['services'], ['packages', 'afterServices']),
  needs: 'services',
  judge: ({ content, services }) => {
    if (content === undefined) return NOT_INSTALLED;
    const ran = services.filter(({ state }) => state === 'ran');
    if (ran.length === 0) return { result: 'NA', comment: 'No service of the product card ran.', evidence: '' };
    const written = content.afterServices
      .filter(({ kind, type, path }) => kind !== 'removed' && type === 'file' && path.startsWith('/var/log/'))
      .map(({ path }) => path);
    const rotated = content.packages.some(({ files }) => files.some((path) => path.startsWith('/etc/logrotate.d/')));
    const silent = ran.filter(({ output }) => output === '').map(({ unit }) => unit);
    const evidence = [...written, ...ran.map(({ unit, output }) => `== ${unit}\n${output}`)].join('\n');
    if (written.length > 0 && !rotated)
      return { result: 'WARNING', comment: `Nothing rotates ${listed(written)}.`, evidence };
    if (written.length === 0 && silent.length > 0)
      return { result: 'WARNING', comment: `Neither journal nor log file: ${listed(silent)}.`, evidence };
    return {
      result: 'OK',
      comment: written.length > 0 ? `Rotated: ${listed(written)}.` : 'Logs to the journal.',
      evidence,
    };
  },
};
