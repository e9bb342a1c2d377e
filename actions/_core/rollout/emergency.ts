import { nextVersions, versionsOf } from '#core/calendar/tag.ts';
import type { Lane } from '#core/distribution/distribution.ts';
import { parsePpaName, ppaName } from '#core/ppa/ppa.ts';

/** The lane of its own that a confirmed emergency has: a branch that is the default branch and this one PPA. */

const PREFIX = 'emergency/';

/** `emergency/INFN.voms.al9.x86_64-2.1.1` */
export function emergencyBranch(ppa: string): string {
  return `${PREFIX}${ppa}`;
}

/** The PPA of such a branch; undefined when it is none. */
export function ppaOfEmergency(branch: string): string | undefined {
  const id = branch.startsWith(PREFIX) ? parsePpaName(branch.slice(PREFIX.length)) : undefined;
  return id === undefined ? undefined : ppaName(id);
}

/** The next revision: an emergency takes no planned minor's number. */
export function emergencyVersion(lane: Lane, released: readonly string[]): string {
  return nextVersions(lane, versionsOf(lane, released))[0] ?? '';
}

export function emergencyTag(lane: Lane, released: readonly string[]): string {
  return `${lane.distribution}-${emergencyVersion(lane, released)}`;
}
