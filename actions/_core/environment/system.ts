/** What a throw-away system tells about itself: values that shell and core share. */

/** What a kind of system can give. A check says what it needs; what cannot be had is "Not tested", never a pass. */
export interface Abilities {
  /** systemd is PID 1 after booting, so units can be started. */
  readonly services: boolean;
  /** After booting nothing outside the system can be reached. */
  readonly networkCut: boolean;
  /** A second system can be had that knows nothing of the first. A machine that is itself the system gives one only. */
  readonly secondSystem: boolean;
}

/** What a program left: its exit status (124: the time limit ended it) and what it said. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One path that differs from the golden root, with its present state; `removed` has none. */
export interface Change {
  readonly kind: 'added' | 'changed' | 'removed';
  /** Absolute, inside the system. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits with set-uid, set-gid and sticky: `0o1777`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
}

export interface Port {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  /** Program that listens, when the system tells. */
  readonly program: string;
}

/** What stands in `after` and was not so in `before`: new paths, and those with other kind, permissions, owner or size. */
export function changedSince(before: readonly Change[], after: readonly Change[]): Change[] {
  const known = new Map(before.map((change) => [change.path, fingerprint(change)]));
  return after.filter((change) => known.get(change.path) !== fingerprint(change));
}

function fingerprint({ kind, type, mode, uid, gid, size }: Change): string {
  return [kind, type, mode, uid, gid, type === 'directory' ? 0 : size].join(' ');
}

/** `drwxrwxrwt`-like is for programs; people read `0777`. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
