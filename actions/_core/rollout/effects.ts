import { claimsState } from './state.ts';

/**
 * What the shell must do, as values. A plan lists them in the crash-safe order: first what is remembered, then the new
 * label, then the old one off, then words, then work, and what cannot be taken back last.
 */
export type Effect =
  | CheckEffect
  | WordsEffect
  | { readonly kind: 'add-labels'; readonly pull: number; readonly labels: readonly string[] }
  | { readonly kind: 'remove-label'; readonly pull: number; readonly label: string }
  | { readonly kind: 'assign' | 'unassign'; readonly pull: number; readonly login: string }
  /** `id` absent: there is none yet. */
  | { readonly kind: 'comment'; readonly pull: number; readonly id?: number; readonly body: string }
  /** A comment that rings somebody; never edited. */
  | { readonly kind: 'notice'; readonly pull: number; readonly body: string }
  | { readonly kind: 'open-issue'; readonly title: string; readonly body: string; readonly labels: readonly string[] }
  | {
      readonly kind: 'issue';
      readonly number: number;
      readonly body: string;
      /** Absent: as it is. */
      readonly title?: string;
      readonly state?: 'closed';
    }
  /** A file on a branch that is no pull request's, whatever it was before; `text` absent: it goes. */
  | {
      readonly kind: 'put-file';
      readonly branch: string;
      readonly path: string;
      readonly text?: string;
      readonly message: string;
    }
  /** A branch of ours at this commit, whatever it was before. */
  | { readonly kind: 'open-branch'; readonly branch: string; readonly sha: string }
  | {
      readonly kind: 'open-pull';
      readonly branch: string;
      readonly base: string;
      readonly title: string;
      readonly body: string;
    }
  | { readonly kind: 'drop-branch'; readonly branch: string }
  | WriteCommitEffect
  | CommitEffect
  | { readonly kind: 'dispatch'; readonly workflow: Workflow; readonly title: string; readonly inputs: Inputs }
  | StatusEffect
  /** Refused by the forge unless the head is still `sha`. */
  | {
      readonly kind: 'merge';
      readonly pull: number;
      readonly sha: string;
      readonly title: string;
      readonly message: string;
    }
  | { readonly kind: 'close' | 'reopen'; readonly pull: number };

export type Workflow = 'check-release' | 'split-release' | 'verify-ppa' | 'publish' | 'compose-release' | 'release';
export type Inputs = Readonly<Record<string, string>>;

/** Check-run of ours on a commit; `id` absent: there is none yet. */
export interface CheckEffect {
  readonly kind: 'check';
  /** Whose head it is: when it cannot be written, the rest of this pull request is left alone. */
  readonly pull: number;
  readonly id?: number;
  readonly sha: string;
  readonly name: string;
  readonly conclusion: CheckConclusion;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations?: readonly Annotation[];
}

export type CheckConclusion = 'success' | 'failure' | 'action_required';

/** Check-run of ours that says a why record and remembers nothing; `id` absent: there is none yet. */
export interface WordsEffect {
  readonly kind: 'words';
  readonly id?: number;
  readonly sha: string;
  readonly name: string;
  /** Absent: what it is about is still under way. */
  readonly conclusion?: CheckConclusion | 'neutral';
  readonly title: string;
  readonly summary: string;
}

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly title: string;
  readonly message: string;
  /** `failure` when nothing is said. */
  readonly level?: 'failure' | 'warning';
}

/** One file on a pull request's branch; refused by the forge unless it still is `previous` (absent: not there). */
export interface CommitEffect {
  readonly kind: 'commit';
  readonly pull: number;
  readonly branch: string;
  readonly path: string;
  readonly previous?: string;
  readonly text: string;
  readonly message: string;
}

/** A commit of ours: what the first parent holds, with these files (`text` absent: it goes), as the head of the branch. */
export interface WriteCommitEffect {
  readonly kind: 'write-commit';
  readonly branch: string;
  readonly parents: readonly string[];
  readonly files: readonly { readonly path: string; readonly text?: string }[];
  readonly message: string;
  /** The branch is ours alone and becomes this whatever it was; else it must still be the first parent. */
  readonly anew: boolean;
}

export interface StatusEffect {
  readonly kind: 'status';
  readonly sha: string;
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly description: string;
}

/** What only says or remembers what was decided, or starts a run that rings when it ends: deciding again finds nothing else. */
const SAYING: readonly Effect['kind'][] = [
  ...(['check', 'words', 'comment', 'notice', 'issue', 'status', 'dispatch'] as const),
  ...(['add-labels', 'remove-label', 'assign', 'unassign'] as const),
];

/**
 * May what was done lead to something else that is to be done at once: another head, candidate, issue or pull request, or
 * another state, of which more is read?
 */
export function leadsOn(effects: readonly Effect[]): boolean {
  return effects.some(
    (effect) => !SAYING.includes(effect.kind) || (effect.kind === 'add-labels' && effect.labels.some(claimsState)),
  );
}
