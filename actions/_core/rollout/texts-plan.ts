import type { Distribution, Lane } from '#core/distribution/distribution.ts';
import { table } from '#core/intake/markdown.ts';
import { byText } from '#core/text.ts';
import { draftAgain, isUntouched } from '#core/texts/draft.ts';
import type { Source } from '#core/texts/parts.ts';
import { parseTexts, type ReleaseTexts, renderTexts, TITLES, textsPath, unwritten } from '#core/texts/texts.ts';
import type { Effect } from './effects.ts';

/** What is known of the texts of a lane's next release. */
export interface TextsFacts {
  readonly lane: Lane;
  /** `5.1.0`, of a release whose date is fixed. */
  readonly version: string;
  /** Names of the PPAs that are new in it, by what the candidate holds now. */
  readonly fresh: readonly string[];
  /** Head of `candidate`. */
  readonly commit: string;
  /** The file as it stands there. */
  readonly candidate?: string;
  /** The same on the branch of its pull request; absent: there is no such branch. */
  readonly branch?: string;
  /** The open pull request. */
  readonly pull?: number;
  /** Of the fresh ones, those whose record (rollout.yml) is missing or about another lock. */
  readonly unrecorded?: readonly string[];
  /** Read only when the texts are to be written. */
  readonly sources: readonly Source[];
}

type Question = Pick<TextsFacts, 'lane' | 'version' | 'fresh' | 'candidate' | 'branch' | 'pull'>;

/** Of the branches on which texts are proposed. */
export const TEXTS = 'texts/';

/** `texts/umd-5.1.0` */
export function textsBranch(tag: string): string {
  return `${TEXTS}${tag}`;
}

export function tagOf({ lane, version }: Pick<Question, 'lane' | 'version'>): string {
  return `${lane.distribution}-${version}`;
}

/** The texts a person works on: of the open pull request, else of the candidate, else what a closed one left. Unreadable ones are left to him. */
function present(question: Question): { readonly there: boolean; readonly value?: ReleaseTexts } {
  const { pull, candidate, branch } = question;
  const text = pull === undefined ? (candidate ?? branch) : (branch ?? candidate);
  if (text === undefined) return { there: false };
  const { value } = parseTexts(text, { file: textsPath(question) });
  return { there: true, ...(value === undefined ? {} : { value }) };
}

/** Must release notes, reports and records be read? Only when PPAs came or went since the texts were written. */
export function wantsSources(question: Question): boolean {
  const { there, value } = present(question);
  if (question.fresh.length === 0 || (there && value === undefined)) return false;
  const lost = question.pull === undefined && question.candidate === undefined;
  return !there || lost || !sameNames(value?.ppas ?? [], question.fresh);
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort(byText).join(' ') === [...other].sort(byText).join(' ');
}

/** Do the texts stand on the candidate, finished, about what the candidate holds? Why not, a sentence each. */
export function textsFaults(file: string, text: string | undefined, fresh: readonly string[]): string[] {
  if (text === undefined) return [`The texts of the release (${file}) are not there.`];
  const { value, faults } = parseTexts(text, { file });
  if (value === undefined) return faults.map(({ sentence }) => `${file}: ${sentence}`);
  const missing = fresh.filter((ppa) => !value.ppas.includes(ppa));
  const gone = value.ppas.filter((ppa) => !fresh.includes(ppa));
  return [
    ...unwritten(value).map(({ sentence }) => `${file}: ${sentence}`),
    ...(missing.length === 0 ? [] : [`${file} does not speak of ${missing.join(', ')}.`]),
    ...(gone.length === 0 ? [] : [`${file} speaks of what is not in the release: ${gone.join(', ')}.`]),
  ];
}

export function areTextsReady(facts: Question): boolean {
  return textsFaults(textsPath(facts), facts.candidate, facts.fresh).length === 0;
}

/** The draft on its branch, then the pull request in which a person finishes it. Words of a person stay. */
export function planTexts(facts: TextsFacts, distribution: Distribution): Effect[] {
  if (!wantsSources(facts)) return [];
  const tag = tagOf(facts);
  const [branch, path] = [textsBranch(tag), textsPath(facts)];
  const { value } = present(facts);
  const texts = draftAgain(value, { tag, distribution }, facts.sources);
  const text = renderTexts(texts);
  const message = value === undefined ? `Texts of ${tag} drafted` : `Texts of ${tag}: what came and went since`;
  const put = { kind: 'put-file', branch, path, text, message } as const;
  if (facts.pull !== undefined) return [put];
  return [
    { kind: 'open-branch', branch, sha: facts.commit },
    put,
    { kind: 'open-pull', branch, base: 'candidate', title: `Texts of ${tag}`, body: bodyOf(tag, path, texts) },
  ];
}

function bodyOf(tag: string, path: string, texts: ReleaseTexts): string {
  const open = unwritten(texts).map(({ sentence }) => `- ${sentence.replaceAll('@', '&#64;')}`);
  const words = isUntouched(texts) ? 'They were drafted from release notes, verification and staged rollout.' : '';
  return [
    `The seven texts of **${tag}**: ${Object.values(TITLES).join(', ').toLowerCase()}. ${words}`.trim(),
    `Edit \`${path}\` on this branch, then approve: a release manager or the release team. The reconciler merges it. Without these texts the tag is refused.`,
    ...(open.length === 0 ? [] : [`Still to be written:\n${open.join('\n')}`]),
    table(
      ['PPAs they speak of'],
      texts.ppas.map((ppa) => [`\`${ppa}\``]),
    ),
  ].join('\n\n');
}
