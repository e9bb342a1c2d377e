import type { PpaFacts, World } from './facts.ts';
import { type Others, peerOf } from './peers.ts';
import { enteringOf, ownBlockersOf } from './reasons.ts';
import { settle } from './settle.ts';

/** Each PPA by itself first, so that those which supersede or move together can be weighed against each other. */
export function othersOf(ppas: readonly PpaFacts[], world: World, rest: Omit<Others, 'peers'>): Others {
  const peers = ppas.map((facts) => {
    const standing = settle(facts, world);
    const ready = ownBlockersOf({ standing, facts, world }).every(({ verdict }) => verdict === 'pass');
    const entering = standing.state === 'umd-store' && enteringOf({ facts, standing, world });
    const frozen = entering !== false && entering.every(({ verdict }) => verdict === 'pass');
    return { ...peerOf(facts, standing, ready), frozen };
  });
  return { peers, ...rest };
}
