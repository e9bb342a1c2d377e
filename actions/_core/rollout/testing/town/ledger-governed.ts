import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { load } from 'js-yaml';
import { PARTIAL, PROVIDER, ROLES } from './people.ts';

/** What a pull request brings into the branch that governs. */
export interface Taken {
  /** Head that was merged. */
  readonly commit: string;
  readonly change: ReadonlyMap<string, string | undefined>;
  /** A path's text before. */
  readonly former: (path: string) => string | undefined;
  readonly now: Date;
}

interface Entry {
  readonly ppa: string;
  readonly lock: string;
  readonly approvers: readonly string[];
  readonly until: string;
}

/** The judge of what changes by pull request: who may let what in, written down a second time (README, "Releasing"). */
export class Governing {
  readonly #approvals: { readonly number: number; readonly by: string; readonly commit: string }[] = [];
  #exceptions: readonly Entry[] = [];
  /** PPAs that a rollback took back. */
  readonly withdrawn = new Set<string>();

  approved(number: number, by: string, commit: string): void {
    this.#approvals.push({ number, by, commit });
  }

  isExcepted(ppa: string, lock: string, now: Date): boolean {
    const digest = bytesToHex(sha256(utf8ToBytes(lock)));
    const today = now.toISOString().slice(0, 10);
    return this.#exceptions.some((each) => each.ppa === ppa && each.lock === digest && today <= each.until);
  }

  take(
    proposal: { readonly number: number; readonly author: string; readonly base: string; readonly title: string },
    taken: Taken,
    released: ReadonlySet<string>,
  ): void {
    const say = (what: string) => new Error(`"${proposal.title}" was merged: ${what}`);
    const able = (distribution: string | undefined) =>
      this.#approvals
        .filter(
          ({ number, commit, by }) => number === proposal.number && commit === taken.commit && by !== proposal.author,
        )
        .map(({ by }) => by)
        .filter((by) => managers(distribution).includes(by));
    for (const [path, text] of taken.change) {
      const [, exceptions, distribution, lane, texts] =
        /^(?:(releases\/exceptions\.yml)|repos\/(\w+)\.yml|repos\/(\w+)\/\d+\/.*|releases\/(\w+)\/\d+\/[\w.-]+\.yml)$/.exec(
          path,
        ) ?? [];
      if (proposal.base !== (texts === undefined ? 'main' : 'candidate')) throw say(`${path} into ${proposal.base}`);
      if ([exceptions, distribution, lane, texts].every((each) => each === undefined)) throw say(`with ${path}`);
      if (able(distribution ?? lane ?? texts).length === 0) throw say('nobody who may approved what was merged');
      if (exceptions !== undefined) this.#except(text ?? '', taken, able(undefined), say);
      if (distribution !== undefined) this.#withdraw(text ?? '', taken.former(path) ?? '', released, say);
      if (lane !== undefined && !this.withdrawn.has(ppaIn(taken.former(path)))) throw say(`${path} was not withdrawn`);
    }
    for (const text of taken.change.values())
      if (this.withdrawn.has(ppaIn(text))) throw say('what was withdrawn stands in production again');
  }

  #except(text: string, { former, now }: Taken, able: readonly string[], say: (what: string) => Error): void {
    const entries = entriesIn(text);
    const before = new Set(entriesIn(former('releases/exceptions.yml')).map((each) => JSON.stringify(each)));
    for (const each of entries.filter((entry) => !before.has(JSON.stringify(entry)))) {
      const named = new Set(each.approvers);
      if (named.size < 2) throw say(`${each.ppa} has one approver`);
      for (const login of named) {
        if (!able.includes(login)) throw say(`@${login} did not approve it, or may not`);
        if (login === PARTIAL || login === PROVIDER) throw say(`@${login} belongs to the provider`);
      }
      if (each.until < now.toISOString().slice(0, 10)) throw say('it ended before it began');
    }
    this.#exceptions = entries;
  }

  #withdraw(text: string, former: string, released: ReadonlySet<string>, say: (what: string) => Error): void {
    const [next, before] = [text, former].map((each) => load(each) as { withdrawn: string[] });
    const rest = (all: object | undefined) => JSON.stringify({ ...all, withdrawn: [] });
    if (next === undefined || rest(next) !== rest(before)) throw say('it changes more than what is withdrawn');
    const gone = before?.withdrawn.filter((ppa) => !next.withdrawn.includes(ppa)) ?? [];
    if (gone.length > 0) throw say(`${gone.join(', ')} comes back`);
    for (const ppa of next.withdrawn) {
      if (!released.has(ppa)) throw say(`${ppa} was never out`);
      this.withdrawn.add(ppa);
    }
  }
}

function managers(distribution: string | undefined): readonly string[] {
  const of = Object.entries(ROLES).filter(([name]) => distribution === undefined || name === distribution);
  return of.flatMap(([, roles]) => [...(roles['release-manager'] ?? []), ...(roles['release-team'] ?? [])]);
}

function entriesIn(text: string | undefined): readonly Entry[] {
  return text === undefined ? [] : (load(text) as { exceptions: Entry[] }).exceptions;
}

function ppaIn(lock: string | undefined): string {
  return /^ppa: (\S+)$/m.exec(lock ?? '')?.[1] ?? '';
}
