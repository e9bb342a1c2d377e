import type { ReleaseType } from '#core/ppa/lock.ts';
import { isManaged } from './requests.ts';
import type { Standing } from './standing.ts';
import { stateLabel } from './state.ts';

/** The labels that a standing asks for, and the difference to those that are on. */

const TYPES: Readonly<Record<ReleaseType, string>> = {
  major: 'ReleaseType: Major',
  minor: 'ReleaseType: Minor',
  revision: 'ReleaseType: Revision',
};

/** At most 50 characters, as the forge wants it. */
export function holdLabel(reason: string): string {
  const label = `hold: ${reason}`;
  return label.length <= 50 ? label : `${label.slice(0, 49)}…`;
}

/** @param late verification not begun, or not done, in time (domain.md section 3) */
export function wantedLabels(standing: Standing, major: number, late: boolean): string[] {
  return [
    stateLabel(standing.state),
    TYPES[standing.type],
    `UMDRelease: ${major}`,
    ...(late ? ['Delayed'] : []),
    ...(standing.emergency ? ['Emergency'] : []),
    ...standing.holds.map(({ reason }) => holdLabel(reason)),
  ];
}

export interface LabelDifference {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Labels that are nobody's business here stay as they are. */
export function labelDifference(wanted: readonly string[], present: readonly string[]): LabelDifference {
  return {
    add: [...new Set(wanted)].filter((label) => !present.includes(label)),
    remove: present.filter((label) => isManaged(label) && !wanted.includes(label)),
  };
}
