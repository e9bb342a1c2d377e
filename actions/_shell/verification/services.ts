import type { ServiceRun } from '#core/criteria/facts.ts';
import type { Port } from '#core/environment/system.ts';
import type { ProductService } from '#core/product/card.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import { settle, watchStarvation } from '#shell/environment/starvation.ts';

/** Milliseconds in which a service that cannot live shows it. */
const SETTLE = 400;
/** Milliseconds for one act of systemctl; units themselves are limited to 15 s by the image. */
const ACT_LIMIT = 40_000;

export interface ServicesRun {
  readonly runs: readonly ServiceRun[];
  /** Open while they ran. */
  readonly ports: readonly Port[];
}

/** Sets up, starts, restarts, starts again and stops each unit of the product card, and listens what they open. */
export async function runServices(
  system: ThrowAwaySystem,
  { units, setup }: ProductService,
  say: (line: string) => void,
): Promise<ServicesRun> {
  if (setup !== undefined) {
    say('set up the service');
    const { code, stdout, stderr } = await system.run(['sh', '-euc', setup], { timeout: ACT_LIMIT });
    if (code !== 0) {
      const output = `${stdout}${stderr}`.trim();
      return { runs: units.map((unit) => ({ unit, state: 'failed', failedAct: 'set up', output })), ports: [] };
    }
  }
  await system.run(['systemctl', 'daemon-reload']);
  const runs: ServiceRun[] = [];
  const ports: Port[] = [];
  for (const unit of units) {
    say(`start, restart and stop ${unit}`);
    runs.push(await runUnit(system, unit, async () => void ports.push(...(await system.probePorts()))));
  }
  return { runs, ports };
}

async function runUnit(system: ThrowAwaySystem, unit: string, whileRunning: () => Promise<void>): Promise<ServiceRun> {
  const { LoadState } = await stateOf(system, unit);
  if (LoadState !== 'loaded') return { unit, state: 'missing', output: `LoadState=${LoadState ?? ''}` };
  let running: Pick<ServiceRun, 'account' | 'exposure'> = {};
  const ended = async (state: ServiceRun['state'], failedAct?: string): Promise<ServiceRun> => {
    const output = await journalOf(system, unit);
    return { unit, state, output, ...running, ...(failedAct === undefined ? {} : { failedAct }) };
  };
  for (const [act, verb] of [
    ['start', 'start'],
    ['restart', 'restart'],
    ['start again', 'start'],
  ] as const) {
    const watch = watchStarvation(system);
    const { code } = await system.run(['systemctl', verb, unit], { timeout: ACT_LIMIT });
    // While it runs nothing is begun by another start, unless it is a one-shot.
    if (act !== 'start again') await settle(system, SETTLE);
    const found = await stateOf(system, unit);
    if (found.ConditionResult === 'no') return ended('skipped');
    if (found.Result === 'timeout') watch.mustHaveRun(`${unit} did not ${act} in time`);
    if (code !== 0 || !isUp(found)) return ended('failed', act);
    if (act !== 'restart') continue;
    await whileRunning();
    running = await aboutRunning(system, unit, found.MainPID ?? '0');
  }
  const watch = watchStarvation(system);
  const { code } = await system.run(['systemctl', 'stop', unit], { timeout: ACT_LIMIT });
  const { ActiveState, Result } = await stateOf(system, unit);
  if (Result === 'timeout') watch.mustHaveRun(`${unit} did not stop in time`);
  return code === 0 && ActiveState === 'inactive' ? ended('ran') : ended('failed', 'stop');
}

const RUNNING = `test "$1" = 0 || ps --no-headers -o 'user:32' -p "$1"
echo
systemd-analyze security --no-pager -- "$2" 2>/dev/null | tail -n 1 | sed -n 's/.*: \\([0-9.]*\\) .*/\\1/p'`;

async function aboutRunning(
  system: ThrowAwaySystem,
  unit: string,
  pid: string,
): Promise<Pick<ServiceRun, 'account' | 'exposure'>> {
  const { stdout } = await system.run(['sh', '-c', RUNNING, 'running', pid, unit]);
  const [account = '', ...more] = stdout.split('\n').map((line) => line.trim());
  const exposure = more.find((line) => /^[0-9.]+$/.test(line));
  return { ...(account === '' ? {} : { account }), ...(exposure === undefined ? {} : { exposure }) };
}

/** A one-shot unit has done its work and is inactive, with success. */
function isUp({ ActiveState, Result, Type }: Partial<Record<string, string>>): boolean {
  return ActiveState === 'active' || (Type === 'oneshot' && ActiveState === 'inactive' && Result === 'success');
}

async function stateOf(system: ThrowAwaySystem, unit: string): Promise<Partial<Record<string, string>>> {
  const properties = 'LoadState,ActiveState,Result,Type,ConditionResult,MainPID';
  const { stdout } = await system.run(['systemctl', 'show', `--property=${properties}`, '--', unit]);
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2)),
  );
}

async function journalOf(system: ThrowAwaySystem, unit: string): Promise<string> {
  const journal = ['journalctl', '--unit', unit, '--lines=60', '--no-pager', '--output=cat', '--no-hostname'];
  return (await system.run(journal)).stdout.trim();
}
