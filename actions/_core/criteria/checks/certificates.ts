import { type Check, counted, listed, NOT_INSTALLED } from '../finding.ts';
import { reading } from '../reads.ts';

const WEAK = /md5|sha1/i;
/** Trusted because they stand there, not because of their signature. */
const ANCHOR = /^\/(etc\/grid-security\/certificates|usr\/share\/(igtf-policy|ca-certificates)|etc\/(ssl|pki)\/)/;

/** QC_SEC_2: certificates that the product brings or makes are signed with SHA-2. */
export const certificates: Check = {
  reads: reading([], ['certificates']),
  judge: ({ content }) => {
    if (content === undefined) return NOT_INSTALLED;
    const all = content.certificates;
    const weak = all.filter(({ signature }) => WEAK.test(signature));
    const bad = weak.filter(({ path, selfSigned }) => !selfSigned && !ANCHOR.test(path));
    const evidence = all
      .map(({ path, signature, selfSigned }) => `${signature}${selfSigned ? ' (self)' : ''} ${path}`)
      .join('\n');
    const names = (some: typeof all) => listed(some.map(({ path, signature }) => `${path} (${signature})`));
    if (bad.length > 0) return { result: 'FAIL', comment: `Signed with less than SHA-2: ${names(bad)}.`, evidence };
    if (weak.length > 0)
      return {
        result: 'WARNING',
        comment: `Roots and trust anchors with an old signature, which nobody checks: ${names(weak)}.`,
        evidence,
      };
    if (all.length === 0)
      return {
        result: 'OK',
        comment: 'It brings and makes no certificates; weaker signatures of packages are refused at intake.',
        evidence,
      };
    return { result: 'OK', comment: `${counted(all.length, 'certificate')} with SHA-2 signatures.`, evidence };
  },
};
