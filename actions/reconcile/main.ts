import { getInput, info, setOutput, summary } from '@actions/core';
import { quoted } from '#core/intake/markdown.ts';
import { type Effect, leadsOn } from '#core/rollout/effects.ts';
import { newestRun, type Plan, reconcile } from '#core/rollout/reconcile.ts';
import { stateTitle } from '#core/rollout/state.ts';
import { runAction } from '#shell/action.ts';
import { writeEvidence } from '#shell/evidence.ts';
import { forgeAccess } from '#shell/github.ts';
import { awaitListed, carryOut } from '#shell/github-effects.ts';
import { readHouse } from '#shell/github-house.ts';
import { openMirror } from '#shell/github-mirror.ts';
import { publishedAt, whysAt } from '#shell/github-published.ts';

/** Rounds of look, decide, act: a commit of ours changes a head, which must be looked at before it is merged. Words are said and done with. */
const ROUNDS = 8;

/** Reconcile: facts in, one decision, effects out, until nothing is left to do. The decision itself lives in #core/rollout. */
runAction(async () => {
  const token = getInput('github-token', { required: true });
  const publicUrl = getInput('public-url', { required: true }).replace(/\/$/, '');
  const bot = `${getInput('app-slug') || 'umd-bot'}[bot]`;
  const access = forgeAccess(token);
  const mirror = await openMirror(access, token);
  const done: Effect[] = [];
  const asked = new Map<string, Extract<Effect, { kind: 'dispatch' }>>();
  let newest: number | undefined;
  let plan: Plan | undefined;
  const reader = {
    ...{ access, mirror, bot, publicUrl },
    publishedState: () => publishedAt(publicUrl),
    publishedWhys: () => whysAt(publicUrl),
  };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const touched = new Set(done.flatMap((effect) => ('pull' in effect ? [effect.pull] : [])));
      const house = await readHouse(reader, touched, plan?.memory);
      newest ??= newestRun(house);
      plan = reconcile(house);
      const effects = plan.effects.filter((effect) => effect.kind !== 'dispatch' || !asked.has(effect.title));
      for (const effect of effects) {
        info(told(effect));
        if (effect.kind === 'dispatch') asked.set(effect.title, effect);
      }
      const whole = await carryOut(access, effects, house.defaultBranch);
      done.push(...effects);
      if (whole && !leadsOn(effects)) break;
    }
    if (newest !== undefined) await awaitListed(access, [...asked.values()], newest);
  } finally {
    await mirror.close();
  }
  setOutput('writes', done.length);
  if (plan !== undefined) setOutput('memory', await writeEvidence(plan.memory));
  if (plan !== undefined && process.env.GITHUB_STEP_SUMMARY !== undefined) await summarise(plan);
});

function told(effect: Effect): string {
  const about = 'pull' in effect ? ` #${effect.pull}` : 'title' in effect ? ` ${effect.title}` : '';
  const what =
    effect.kind === 'add-labels' ? effect.labels.join(', ') : effect.kind === 'remove-label' ? effect.label : '';
  return `${effect.kind}${about} ${what}`.trim();
}

async function summarise({ ppas }: Plan): Promise<void> {
  const rows = ppas.map(({ standing, why }) => [
    standing.ppa,
    stateTitle(standing.state),
    why.verdict,
    quoted(why.sentence),
    quoted(why.who),
  ]);
  const head = ['PPA', 'RolloutProgress', 'verdict', 'why', 'who must act'].map((data) => ({ data, header: true }));
  await summary.addTable([head, ...rows]).write();
}
