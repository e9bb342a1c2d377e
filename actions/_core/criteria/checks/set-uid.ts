import { modeText } from '#core/environment/system.ts';
import { type Check, listed, NOT_INSTALLED } from '../finding.ts';
import { reading } from '../reads.ts';

/** GENERIC_SEC_4: what runs with more rights than its caller is told, for a person to judge. */
export const setUid: Check = {
  reads: reading([], ['afterServices', 'capabilities']),
  judge: ({ content }) => {
    if (content === undefined) return NOT_INSTALLED;
    const raised = content.afterServices
      .filter(({ kind, type, mode }) => kind !== 'removed' && type === 'file' && (mode & 0o6000) !== 0)
      .map(({ path, mode }) => `${path} (${modeText(mode)})`);
    const all = [...raised, ...content.capabilities];
    const evidence = all.join('\n');
    if (all.length === 0) return { result: 'OK', comment: 'No set-uid or set-gid program, no capability.', evidence };
    return { result: 'WARNING', comment: `More rights than the caller: ${listed(all)}.`, evidence };
  },
};
