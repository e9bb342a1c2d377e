import { laneName } from '#core/distribution/distribution.ts';
import { type Lock, parseLock } from '#core/ppa/lock.ts';
import { compareVersions, type PpaId, ppaKey } from '#core/ppa/ppa.ts';
import { NOBODY, type Reason } from '#core/why/why.ts';
import { type Case, reason } from './case.ts';
import type { PpaFacts } from './facts.ts';
import type { Standing } from './standing.ts';
import { type State, stateTitle } from './state.ts';

/** What a PPA must know of the others: who supersedes it, and who moves together with it. */
export interface Peer {
  readonly ppa: string;
  readonly pull: number;
  readonly id: PpaId;
  /** `umd-5` */
  readonly lane: string;
  readonly group?: string;
  /** Its lock says why this version although it is not newer. */
  readonly reasoned: boolean;
  readonly state: State;
  readonly open: boolean;
  readonly merged: boolean;
  /** By a person, or because it is an emergency: it supersedes nothing and is not superseded. */
  readonly held: boolean;
  /** Nothing but its group keeps it back. */
  readonly ready: boolean;
  /** Nothing but its group and the freeze keeps it back. */
  readonly frozen?: boolean;
}

/** A group is one of its release's: another release may use the name again. */
export interface GroupMember {
  readonly group: string;
  /** Folder. */
  readonly release: string;
}

export interface Others {
  readonly peers: readonly Peer[];
  /** Every pull request of a PPA, of any state. */
  readonly known: readonly {
    readonly ppa: string;
    readonly merged: boolean;
    readonly open: boolean;
    /** Of closed ones whose release is still on its way: they may have been turned down before anybody looked. */
    readonly grouped?: GroupMember;
  }[];
  /** Folders of releases whose PPAs are not all opened yet. */
  readonly unsplit: readonly string[];
}

const parsed = new WeakMap<object, Lock>();

/** Parsed once for each reading: it is asked for again and again. */
export function lockOf({ lock }: Pick<PpaFacts, 'lock'>): Lock | undefined {
  if (lock === undefined) return undefined;
  const value = parsed.get(lock) ?? parseLock(lock.text, { file: lock.path }).value;
  if (value !== undefined) parsed.set(lock, value);
  return value;
}

export function peerOf(facts: PpaFacts, standing: Standing, ready: boolean): Peer {
  const { ppa, pull, id, lane, open, merged } = facts;
  const lock = lockOf(facts);
  return {
    ...{ ppa, pull, id, lane: laneName(lane), open, merged, ready, state: standing.state },
    ...{ held: standing.holds.length > 0 || standing.urgent !== undefined, reasoned: lock?.reason !== undefined },
    ...(lock?.group === undefined ? {} : { group: lock.group }),
  };
}

type Rival = Pick<Peer, 'pull' | 'id' | 'lane' | 'reasoned'>;

/** The higher version; a later one that says why it is not higher goes before it all the same. */
export function isNewer(one: Rival, other: Rival): boolean {
  if (one.pull === other.pull || one.lane !== other.lane || ppaKey(one.id) !== ppaKey(other.id)) return false;
  const later = one.pull > other.pull ? one : other;
  if (later.reasoned) return later === one;
  const order = compareVersions(one.id.version, other.id.version);
  return order === 0 ? later === one : order > 0;
}

/** Open PPAs that take the place of this one. A hold on either of the two keeps both. */
export function supersededBy(self: Peer, peers: readonly Peer[]): Peer | undefined {
  if (!self.open || self.merged || self.held) return undefined;
  return peers.filter((peer) => peer.open && !peer.held && peer.state !== 'rejected' && isNewer(peer, self))[0];
}

const ORDER: Readonly<Record<State, number>> = {
  rejected: -1,
  unverified: 0,
  'waiting-for-response': 0,
  'in-verification': 1,
  'staged-rollout': 2,
  'umd-store': 3,
  production: 4,
};

export function matesOf(self: Pick<Peer, 'pull' | 'lane' | 'group'>, peers: readonly Peer[]): Peer[] {
  if (self.group === undefined) return [];
  // one that a stranger closed is opened again: it is a member all the while
  const there = peers.filter(({ open, merged, state }) => open || merged || state !== 'rejected');
  return there.filter(({ pull, lane, group }) => pull !== self.pull && lane === self.lane && group === self.group);
}

/** PPAs of one group move together or not at all (domain: `release:group`). */
export function together({ standing, facts, world }: Case): Reason[] {
  const lock = lockOf(facts);
  if (lock?.group === undefined) return [];
  const { others } = world;
  const name = `group ${lock.group}`;
  if (others === undefined) return [reason('temporarily', `The rest of ${name} is looked at.`, 'the reconciler')];
  const self = peerOf(facts, standing, true);
  const mates = matesOf(self, others.peers);
  return [
    ...(others.unsplit.includes(lock.release)
      ? [reason('waiting for item', `Not all PPAs of ${name} are opened yet.`, 'the bouncer')]
      : []),
    ...mates.flatMap((mate) => behind(mate, standing.state, name)),
    ...lost(standing, { group: lock.group, release: lock.release }, mates, others).map((ppa) =>
      reason('blocked by item', `${ppa} of ${name} was turned down; the group moves together or not at all.`, WHO),
    ),
  ];
}

const WHO = 'the provider (a new version of it), or a verifier (`/reject`)';

function behind({ ppa, pull, state, ready, frozen, merged }: Peer, mine: State, name: string): Reason[] {
  if (merged || ORDER[state] > ORDER[mine] || (state === mine && ready)) return [];
  const begins = `${name[0]?.toUpperCase()}${name.slice(1)} moves together: ${ppa} (#${pull})`;
  if (state === mine && frozen === true)
    return [reason('temporarily', `${begins} waits for nothing but the end of the freeze.`, NOBODY)];
  const sentence = `${begins} is in ${stateTitle(state)}.`;
  return [reason('waiting for item', sentence, `whoever #${pull} waits for`)];
}

/** Members of the group that are closed and not merged, unless a newer one of the same product and platform is there. */
function lost(
  { ppa: own, mates: remembered = [] }: Standing,
  self: GroupMember,
  mates: readonly Peer[],
  { known }: Others,
): string[] {
  const here = new Set(mates.map(({ id }) => ppaKey(id)));
  return known
    .filter(({ ppa, open, merged }) => ppa !== own && !open && !merged)
    .filter(
      ({ ppa, grouped }) =>
        remembered.includes(ppa) || (grouped?.group === self.group && grouped.release === self.release),
    )
    .map(({ ppa }) => ppa)
    .filter((ppa) => !here.has(ppa.replace(/-\d+\.\d+\.\d+$/, '')));
}

/** What the standing remembers of the others: whom it superseded, and with whom it moves. */
export function acquainted(standing: Standing, facts: PpaFacts, others: Others | undefined): Standing {
  if (others === undefined || !facts.open) return standing;
  const self = peerOf(facts, standing, true);
  const older = others.peers.filter((peer) => supersededBy(peer, [self]) !== undefined).map(({ pull }) => pull);
  const mates = matesOf(self, others.peers).map(({ ppa }) => ppa);
  const supersedes = [...new Set([...(standing.supersedes ?? []), ...older])];
  const all = [...new Set([...(standing.mates ?? []), ...mates])];
  return {
    ...standing,
    ...(supersedes.length === 0 ? {} : { supersedes }),
    ...(all.length === 0 ? {} : { mates: all }),
  };
}
