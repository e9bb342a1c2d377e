import { versionsOf } from '#core/calendar/tag.ts';
import { laneName } from '#core/distribution/distribution.ts';
import { type Grant, grant, type Hearing, only, refuse } from './grant.ts';
import { moved, stamp } from './moves.ts';
import { lockOf } from './peers.ts';
import { isPartial, teamsOf } from './people.ts';
import { isUrgent } from './standing.ts';

/** The release team asks (domain.md section 1: "approves the emergency path" is the vulnerability group's part). */
export function emergency(
  hearing: Hearing,
  { reports: wanted, reason }: { readonly reports: number; readonly reason: string },
): Grant {
  const { standing, facts, world, request } = hearing;
  const denied = only(hearing, ['release-team']);
  if (denied !== undefined) return denied;
  if (facts.merged) return refuse('It is in the candidate already and goes with its release.');
  const group = lockOf(facts)?.group;
  if (group !== undefined)
    return refuse(`It belongs to group ${group}, which moves together; an emergency is one PPA.`);
  if (versionsOf(facts.lane, world.released).length === 0)
    return refuse(`${laneName(facts.lane)} has no release yet that it could be added to.`);
  const urgent = { reports: wanted, reason, askedBy: request.by.login, askedAt: stamp(world.now) };
  const who = teamsOf(world, facts.lane, ['vulnerability-group']);
  const reports = `${wanted} accepting report${wanted === 1 ? '' : 's'}`;
  return grant(
    { ...standing, emergency: true, urgent },
    `When ${who} has said \`/confirm\`: the critical criteria, ${reports} of early adopters, and a release of its own.`,
  );
}

/** Bound to the lock: a push that changes it voids the confirmation. */
export function confirm(hearing: Hearing): Grant {
  const { standing, facts, world, request } = hearing;
  const denied = only(hearing, ['vulnerability-group']);
  if (denied !== undefined) return denied;
  const { urgent } = standing;
  if (urgent === undefined) return refuse('Nobody of the release team has asked for it (`/emergency <reason>`).');
  const login = request.by.login.toLowerCase();
  if (login === urgent.askedBy.toLowerCase()) return refuse('Whoever asked for it does not confirm it.');
  if (isPartial(world, facts, request.by))
    return refuse(
      `@${request.by.login} belongs to ${facts.id.provider} and may not confirm an emergency of its product.`,
    );
  const confirmed = { ...urgent, confirmedBy: request.by.login, confirmedAt: stamp(world.now) };
  return grant({ ...standing, urgent: confirmed }, 'Confirmed: it goes the shortened way, alone.');
}

/**
 * Either of the two groups takes it back. What went the shortened way begins the whole way again, with the evidence and
 * reports it has; the reconciler takes the emergency's branch away.
 */
export function noEmergency(hearing: Hearing, reason: string): Grant {
  const { standing, facts, world, request } = hearing;
  const denied = only(hearing, ['release-team', 'vulnerability-group']);
  if (denied !== undefined) return denied;
  const { urgent, ...rest } = standing;
  if (!standing.emergency && urgent === undefined) return refuse('It is no emergency.');
  if (facts.releasedBy !== undefined) return refuse(`It is out: ${facts.releasedBy}. What is released is rolled back.`);
  const ended = { ...rest, emergency: false };
  const sentence = 'It is no emergency any more and goes the usual way.';
  if (urgent === undefined) return grant(ended, sentence);
  const by = request.by.login;
  const former = { ...urgent, endedBy: by, endedAt: stamp(world.now), endedFor: reason };
  const kept = { ...ended, retracted: [...(standing.retracted ?? []), former] };
  if (!isUrgent(standing)) return grant(kept, sentence);
  return grant(moved(kept, { event: 'emergency-ended', by, why: reason, at: world.now }), sentence);
}
