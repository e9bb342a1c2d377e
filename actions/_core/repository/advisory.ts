import type { Lock } from '#core/ppa/lock.ts';
import type { ReleaseProduct } from '#core/release/release.ts';

/** What a release says of itself to those who have the version before: `updateinfo.xml` of rpm repositories. */
export interface Advisory {
  readonly ppa: string;
  readonly kind: 'security' | 'bugfix' | 'enhancement';
  readonly severity: 'Critical' | 'Important' | 'Moderate' | 'Low' | 'None';
  readonly title: string;
  readonly description: string;
  /** `YYYY-MM-DD`, the release's own. */
  readonly issued: string;
  readonly from: string;
  readonly cves: readonly string[];
  readonly links: readonly string[];
}

const CVE = /\bCVE-\d{4}-\d{4,7}\b/gi;
const LINK = /\bhttps?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:]/g;
const SEVERITY = /\bseverity\s*[:=]?\s*(?<word>critical|important|high|moderate|medium|low)\b/i;
const WORDS = {
  critical: 'Critical',
  important: 'Important',
  high: 'Important',
  moderate: 'Moderate',
  medium: 'Moderate',
  low: 'Low',
} as const;

/**
 * Derived from release notes and change log, so that nobody writes a vulnerability twice. One that names a CVE, or is an
 * emergency, is about security; how bad it is only the text can say, but an emergency is critical.
 */
export function advisoryOf({ ppa, type }: Pick<Lock, 'ppa' | 'type'>, product: ReleaseProduct): Advisory {
  const text = `${product.releaseNotes}\n${product.changeLog}`;
  const cves = [...new Set((text.match(CVE) ?? []).map((id) => id.toUpperCase()))].sort();
  const security = cves.length > 0 || product.emergency;
  const word = SEVERITY.exec(text)?.groups?.word?.toLowerCase() as keyof typeof WORDS | undefined;
  const { major, minor, revision } = product.version;
  return {
    ppa,
    kind: security ? 'security' : type === 'revision' ? 'bugfix' : 'enhancement',
    severity: !security ? 'None' : word !== undefined ? WORDS[word] : product.emergency ? 'Critical' : 'None',
    title: `${product.name} ${major}.${minor}.${revision}`,
    description: product.releaseNotes.trim() === '' ? product.description : product.releaseNotes,
    issued: product.date.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
    from: product.contact,
    cves,
    links: [...new Set([...(text.match(LINK) ?? []), ...product.documentationLinks])],
  };
}
