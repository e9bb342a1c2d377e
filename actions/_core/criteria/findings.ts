import type { Result } from '#core/verification/evidence.ts';
import type { Checker, CheckerFinding } from './checker.ts';

/** An entry of `criteria/findings.yml`: what findings of a tool mean. */
export type FindingRule = {
  readonly tool: Checker;
  /** `*` at the beginning or the end stands for anything. */
  readonly tags: readonly string[];
  /** One of these stands in the details. */
  readonly says?: readonly string[];
} & (
  | { readonly criterion: string; readonly result: 'WARNING' | 'FAIL'; readonly pass?: never }
  /** Without effect, and why. */
  | { readonly pass: string; readonly criterion?: never; readonly result?: never }
);

/** Where a finding is told that no entry names, or whose criterion is not asked of the product. */
export const ELSEWHERE = 'GENERIC_DIST_3';

/** A finding with what it means; `pass` says why it means nothing. */
export interface WeighedFinding {
  readonly finding: CheckerFinding;
  readonly criterion: string;
  readonly result: Extract<Result, 'OK' | 'WARNING' | 'FAIL'>;
  readonly why: string;
}

/** @param asked criteria that have an automated row for this product */
export function weigh(
  findings: readonly CheckerFinding[],
  rules: readonly FindingRule[],
  asked: ReadonlySet<string>,
): WeighedFinding[] {
  return findings.map((finding) => {
    const rule = rules.find((each) => names(each, finding));
    if (rule === undefined)
      return { finding, criterion: ELSEWHERE, result: 'WARNING', why: 'criteria/findings.yml does not name it' };
    if (rule.pass !== undefined) return { finding, criterion: ELSEWHERE, result: 'OK', why: rule.pass };
    if (asked.has(rule.criterion)) return { finding, criterion: rule.criterion, result: rule.result, why: '' };
    return { finding, criterion: ELSEWHERE, result: 'WARNING', why: `${rule.criterion} is not asked of it` };
  });
}

function names({ tool, tags, says }: FindingRule, finding: CheckerFinding): boolean {
  if (tool !== finding.tool || !tags.some((pattern) => matches(pattern, finding.tag))) return false;
  return says === undefined || says.some((words) => finding.detail.includes(words));
}

function matches(pattern: string, tag: string): boolean {
  const inner = pattern.replace(/^\*/, '').replace(/\*$/, '');
  if (pattern.startsWith('*') && pattern.endsWith('*')) return tag.includes(inner);
  if (pattern.startsWith('*')) return tag.endsWith(inner);
  return pattern.endsWith('*') ? tag.startsWith(inner) : tag === pattern;
}

/** `lintian E no-copyright-file voms: usr/share/doc/voms` */
export function findingLine({ tool, severity, tag, subject, detail }: CheckerFinding): string {
  const where = [subject, detail].filter((part) => part !== '').join(': ');
  return `${tool} ${severity} ${tag}${where === '' ? '' : ` ${where}`}`;
}
