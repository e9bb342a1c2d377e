import type { Role } from './people.ts';

/** Repositories and what people do in them: issues, pull requests, reviews, comments. */
export interface Repo {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly description: string | null;
  readonly defaultBranch: string;
  /** The repository this one was forked from. */
  readonly parentId: number | null;
  /** The first of the fork network: its folder holds the objects of all. */
  readonly rootId: number;
  readonly collaborators: Readonly<Record<string, Role>>;
  readonly variables: Readonly<Record<string, Setting>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly lastNumber: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string;
}

export interface Setting {
  readonly value: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Label {
  readonly id: number;
  readonly repoId: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

/** An issue, or a pull request when `pull` is there: one numbering, one timeline. */
export interface Issue {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: 'open' | 'closed';
  readonly stateReason: 'completed' | 'not_planned' | 'reopened' | null;
  readonly user: string;
  readonly appId: number | null;
  readonly labels: readonly number[];
  readonly assignees: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly pull: Pull | null;
}

export interface Pull {
  readonly head: { readonly repoId: number | null; readonly owner: string; readonly ref: string; readonly sha: string };
  /** `sha` is the base branch's tip when the pull request was opened or last pushed to, as on GitHub: it may be stale. */
  readonly base: { readonly ref: string; readonly sha: string };
  readonly draft: boolean;
  readonly merged: boolean;
  readonly mergedAt: string | null;
  readonly mergedBy: string | null;
  readonly mergeCommit: string | null;
  /** Where the diff starts once merged: the merge base at that moment. */
  readonly diffBase: string | null;
  readonly reviewers: readonly string[];
  readonly teams: readonly string[];
  readonly maintainerCanModify: boolean;
}
export type PullIssue = Issue & { readonly pull: Pull };

export interface Comment {
  readonly id: number;
  readonly repoId: number;
  readonly issueId: number;
  readonly user: string;
  readonly appId: number | null;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type ReviewState = 'PENDING' | 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
export interface Review {
  readonly id: number;
  readonly repoId: number;
  readonly issueId: number;
  readonly user: string;
  readonly body: string;
  readonly state: ReviewState;
  readonly commit: string;
  readonly submittedAt: string | null;
}

/** What happened to an issue. `ref` is the comment's or review's id, or a commit's sha; `data` what the event tells besides. */
export interface Happening {
  readonly id: number;
  readonly repoId: number;
  readonly issueId: number;
  readonly event: string;
  readonly actor: string | null;
  readonly appId: number | null;
  readonly at: string;
  readonly ref: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Release {
  readonly id: number;
  readonly repoId: number;
  readonly tag: string;
  readonly target: string;
  readonly name: string | null;
  readonly body: string | null;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly author: string;
  readonly createdAt: string;
  readonly publishedAt: string | null;
}

/** What may be pushed and merged to a branch (GitHub's classic protection). Absent parts ask for nothing. */
export interface Protection {
  readonly repoId: number;
  readonly branch: string;
  readonly checks: { readonly strict: boolean; readonly contexts: readonly string[] } | null;
  readonly reviews: { readonly count: number; readonly dismissStale: boolean; readonly codeOwners: boolean } | null;
  readonly restrictions: {
    readonly users: readonly string[];
    readonly teams: readonly string[];
    readonly apps: readonly string[];
  } | null;
  readonly enforceAdmins: boolean;
  readonly allowForce: boolean;
  readonly allowDelete: boolean;
}
