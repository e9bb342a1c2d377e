/** Somebody who wants a concurrency group: a run or a job. */
export type Claim = {
  /** Groups of one name are the same within a repository, whatever the case. */
  repository: string;
  group: string;
  cancelInProgress: boolean;
  /** `queue: max`: pending ones wait in line and are not replaced. */
  queue: boolean;
  /** Called when a newer claim wants this one gone. */
  cancel: (why: string) => void;
};

type Entry = { claim: Claim; start: (granted: boolean) => void };
type Group = { running: Claim; pending: Entry[] };
export type Groups = ReturnType<typeof openGroups>;

/** GitHub's concurrency: one running, one pending; a newer pending one replaces the older ("Control workflow concurrency"). */
export function openGroups() {
  const groups = new Map<string, Group>();

  function release(key: string) {
    const group = groups.get(key);
    const next = group?.pending.shift();
    if (group === undefined || next === undefined) {
      groups.delete(key);
      return;
    }
    group.running = next.claim;
    next.start(true);
  }

  function replacePending(group: Group, name: string) {
    for (const older of group.pending.splice(0)) {
      older.claim.cancel(`Canceling since a higher priority waiting request for '${name}' exists`);
      older.start(false);
    }
  }

  /** Resolves to the release once it is the claim's turn, or undefined when it was replaced or aborted meanwhile. */
  return {
    async take(claim: Claim, signal: AbortSignal): Promise<(() => void) | undefined> {
      const key = `${claim.repository} ${claim.group.toLowerCase()}`;
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, { running: claim, pending: [] });
        return once(() => release(key));
      }
      if (!claim.queue) replacePending(group, claim.group);
      if (claim.cancelInProgress) {
        group.running.cancel(`Canceling since a higher priority waiting request for '${claim.group}' exists`);
      }
      const granted = await new Promise<boolean>((start) => {
        const entry = { claim, start };
        group.pending.push(entry);
        signal.addEventListener('abort', () => {
          const index = group.pending.indexOf(entry);
          if (index !== -1) group.pending.splice(index, 1);
          if (index !== -1) start(false);
        });
      });
      return granted ? once(() => release(key)) : undefined;
    },
  };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
