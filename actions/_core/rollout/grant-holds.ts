import type { Role } from '#core/distribution/distribution.ts';
import { type Grant, grant, type Hearing, only } from './grant.ts';

const HOLDERS: readonly Role[] = ['verifier', 'staged-rollout-manager', 'release-manager', 'release-team'];

export function hold(hearing: Hearing, reason: string): Grant {
  const { standing, request } = hearing;
  const holds = [...standing.holds.filter((held) => held.reason !== reason), { reason, by: request.by.login }];
  return only(hearing, HOLDERS) ?? grant({ ...standing, holds }, 'Held: it moves no further until `/unhold`.');
}

/** @param reason absent: every hold */
export function unhold(hearing: Hearing, matches: (reason: string) => boolean = () => true): Grant {
  const { standing } = hearing;
  const holds = standing.holds.filter(({ reason }) => !matches(reason));
  return only(hearing, HOLDERS) ?? grant({ ...standing, holds }, 'Held no longer.');
}
