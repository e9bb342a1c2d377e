import type { Calendar } from '#core/calendar/calendar.ts';
import type { FreezeException } from '#core/calendar/exceptions.ts';
import type { Distribution, Lane, Role } from '#core/distribution/distribution.ts';
import type { PpaId } from '#core/ppa/ppa.ts';
import type { ProductCard } from '#core/product/card.ts';
import type { Provider } from '#core/product/provider.ts';
import type { VerificationEvidence } from '#core/verification/evidence.ts';
import type { Referred } from '#core/verification/referred.ts';
import type { EarlyAdopters } from './early-adopters.ts';
import type { Run, Trusted } from './evidence.ts';
import type { Others } from './peers.ts';
import type { Standing } from './standing.ts';

/** What the shell read from the forge: facts only, all of one moment. Logins are lower-case. Times are ISO, forge's clock. */

export interface Actor {
  readonly login: string;
  /** The reconciler's own identity. */
  readonly ours: boolean;
  /** Any machine. */
  readonly bot: boolean;
}

/** One entry of a pull request's timeline, oldest first. */
export type Happening =
  | {
      readonly kind: 'labeled' | 'unlabeled';
      readonly id: string;
      readonly at: string;
      readonly by: Actor;
      readonly label: string;
    }
  | {
      readonly kind: 'commented';
      readonly id: string;
      readonly at: string;
      readonly by: Actor;
      readonly body: string;
      readonly edited: boolean;
    }
  | {
      readonly kind: 'reviewed';
      readonly id: string;
      readonly at: string;
      readonly by: Actor;
      readonly verdict: ReviewVerdict;
      readonly commit: string;
    }
  | {
      readonly kind: 'assigned';
      readonly id: string;
      readonly at: string;
      readonly by: Actor;
      readonly login: string;
    }
  | { readonly kind: 'closed' | 'reopened' | 'merged'; readonly id: string; readonly at: string; readonly by: Actor };

export type ReviewVerdict = 'approved' | 'changes_requested' | 'commented' | 'dismissed';

/** A check-run of ours as it is shown. */
export interface ShownCheck {
  readonly id: number;
  readonly sha: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  /** How many annotations it carries; the forge adds to them and takes none away. */
  readonly annotations: number;
}

export interface Comment {
  readonly id: number;
  readonly body: string;
}

export interface PullFacts {
  readonly pull: number;
  readonly title: string;
  readonly head: string;
  readonly branch: string;
  readonly open: boolean;
  readonly merged: boolean;
  readonly createdAt: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly timeline: readonly Happening[];
  /** Our one comment. */
  readonly sticky?: Comment;
  /** Our check-run on the head. */
  readonly check?: ShownCheck;
}

/** One pull request of a PPA. */
export interface PpaFacts extends PullFacts {
  readonly ppa: string;
  readonly id: PpaId;
  readonly lane: Lane;
  /** Found on the head, or on an earlier head. */
  readonly standing?: Standing;
  readonly lock?: FileFact;
  readonly verification?: FileFact;
  readonly rollout?: FileFact;
  /** Texts of the earlier reports that its own refers to, on the branch it is merged into; those not there are absent. */
  readonly referred?: Referred;
  /** The release.xml it came from. */
  readonly release?: FileFact;
  /** Paths it changes besides these three, or that are no plain files. */
  readonly foreign: readonly string[];
  /** Commit a review was given on → digest of lock and verification there; absent: that commit cannot be read. */
  readonly contentAt: Readonly<Record<string, string>>;
  /** Trusted, about this PPA and the present lock, newest first. */
  readonly evidence: readonly Trusted<VerificationEvidence>[];
  /** Trusted runs of verify-ppa for this pull request, newest first. */
  readonly runs: readonly Run[];
  /** Release tag whose locks hold this PPA; absent: not in production. */
  readonly releasedBy?: string;
}

export interface FileFact {
  readonly path: string;
  readonly text: string;
}

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly open: boolean;
  readonly pull: boolean;
}

export interface Served {
  /** Snapshot of testing; empty: there is none. */
  readonly testing: string;
  /** Digests of the packages there and in untested. */
  readonly inTesting: ReadonlySet<string>;
  readonly untested: ReadonlySet<string>;
}

/** What all pull requests share. */
export interface World {
  readonly now: Date;
  /** `umd` of `umd/release`: teams are mentioned as `@umd/…`. */
  readonly org: string;
  readonly distributions: readonly Distribution[];
  readonly calendar: Calendar;
  readonly adopters: EarlyAdopters;
  readonly cards: Readonly<Record<string, ProductCard>>;
  readonly providers: Readonly<Record<string, Provider>>;
  /** Distribution (`umd`) → role → logins, from the teams it names. */
  readonly roles: Readonly<Record<string, Readonly<Partial<Record<Role, readonly string[]>>>>>;
  /** Early adopter team without `ea-` → logins; absent: no such team on the forge. */
  readonly eaMembers: Readonly<Record<string, readonly string[]>>;
  readonly issues: Readonly<Record<number, Issue>>;
  readonly exceptions: readonly FreezeException[];
  /** PPAs merged into the candidate and not released. */
  readonly merged: readonly {
    readonly ppa: string;
    readonly pull: number;
    readonly lane: string;
    readonly group?: string;
  }[];
  /** PPA → why it leaves the candidate, or may not enter it. */
  readonly leaving: ReadonlyMap<string, string>;
  /** PPA that was merged → the newer one that took its place in the candidate before it was released, in words. */
  readonly replaced?: ReadonlyMap<string, string>;
  /** Problem tickets that we opened; read only while somebody waits for a number. */
  readonly tickets: readonly { readonly number: number; readonly body: string }[];
  /** Tags merged in the default branch. */
  readonly released: readonly string[];
  /** Those of them that released an emergency alone; the calendar has made room for them. */
  readonly alone?: readonly string[];
  /** Testing snapshot ids by `umd-5/<os>/<arch>`, and the digests of the packages untested serves there. */
  readonly served: Readonly<Record<string, Served>>;
  /** Where the store is served, without slash at its end. */
  readonly publicUrl: string;
  /** The other PPAs of this moment; absent while they are looked at one by one, when nothing that depends on them moves. */
  readonly others?: Others;
}
