import { type Plan, reconcile } from '../../reconcile.ts';
import { type Duty, describe, dutiesOf, isOver, meantEnd, type Successor } from './duties.ts';
import { Forge } from './forge.ts';
import { read } from './git-facts.ts';
import { houseOf, unsplitOf } from './house.ts';
import { publish, work } from './machines.ts';
import { NOISES } from './noise.ts';
import { nameOf } from './subject.ts';

/** One step of a history, as data: it can be told, and told again. */
export type Step =
  | { readonly kind: 'duty' | 'work'; readonly choice: number; readonly trouble: boolean }
  | { readonly kind: 'noise'; readonly noise: number; readonly on: number; readonly choice: number }
  | { readonly kind: 'pass'; readonly minutes: number }
  /** The process dies before so many writes. */
  | { readonly kind: 'crash'; readonly before: number }
  /** Somebody does something between the reconciler's reading and its writing. */
  | { readonly kind: 'race'; readonly meanwhile: readonly Step[] }
  | { readonly kind: 'look' }
  | { readonly kind: 'post'; readonly fate: 'lost' | 'twice' };

/** `perfect`: it looks after each step, nothing dies, nothing is lost. `poor`: it looks when a step says so, and as the step says. */
export type Delivery = 'perfect' | 'poor';

const ROUNDS = 8;

export class Town {
  readonly forge = new Forge();
  readonly #subjects: readonly Successor[];
  readonly #delivery: Delivery;
  readonly #pace: number;
  /** Duty → number of the look after which it was done. */
  readonly #done = new Map<string, number>();
  #looks = 0;

  /** @param pace ms that a turn takes when everybody does his duty; 0: all that can be done is done within one second */
  constructor(subjects: readonly Successor[], delivery: Delivery, pace = 20_000) {
    this.#subjects = subjects;
    this.#delivery = delivery;
    this.#pace = pace;
  }

  #plan(): Plan {
    const grouped = this.#subjects.filter(({ group }) => group !== undefined);
    return reconcile(houseOf(this.forge, unsplitOf(this.forge, grouped, grouped)));
  }

  /** The reconciler's own loop. `true`: it came to its end. */
  look({ crash = Number.POSITIVE_INFINITY, meanwhile }: { crash?: number; meanwhile?: () => void } = {}): boolean {
    const asked = new Set<string>();
    let left = crash;
    for (let round = 0; round < ROUNDS; round++) {
      const plan = this.#plan();
      if (round === 0) meanwhile?.();
      const effects = plan.effects.filter((effect) => effect.kind !== 'dispatch' || !asked.has(effect.title));
      for (const effect of effects) if (effect.kind === 'dispatch') asked.add(effect.title);
      this.forge.carryOut(effects, left);
      left -= effects.length;
      if (left < 0) return false;
      if (effects.length > 0) continue;
      this.#looks++;
      if (round > 0 || meanwhile === undefined) this.#sound(plan);
      return true;
    }
    return false;
  }

  /** Looks until it came to its end. */
  quiet(): void {
    for (let times = 0; times < 4; times++) if (this.look()) return;
    throw new Error('the reconciler never comes to its end');
  }

  /** What must hold whenever it has come to its end: one state each, and nothing more to do. */
  #sound({ effects, ppas }: Plan): void {
    const again = effects.find((effect) => effect.kind !== 'dispatch' || this.#isOpen(effect.title));
    if (again !== undefined) throw new Error(`a second run would do this again: ${JSON.stringify(again)}`);
    for (const { number, open, labels } of this.forge.pulls.values()) {
      const states = labels.filter((label) => label.startsWith('RolloutProgress'));
      if (open && states.length !== 1) throw new Error(`#${number} has the states ${states.join(' and ') || 'none'}`);
    }
    const silent = ppas.find(({ why }) => why.sentence === '' || why.who === '');
    if (silent !== undefined) throw new Error(`${silent.standing.ppa} stands without a reason`);
  }
  #isOpen(title: string): boolean {
    return this.forge.runs.some((run) => run.title === title && run.status !== 'completed');
  }

  #duties(): Duty[] {
    return dutiesOf(this.forge, this.#subjects).filter(({ key }) => (this.#done.get(key) ?? -1) < this.#looks);
  }
  #fulfil({ key, act }: Duty): void {
    this.#done.set(key, this.#looks);
    act();
  }

  #meanwhile(steps: readonly Step[]): void {
    for (const step of steps) this.take(step);
  }

  take(step: Step): void {
    const { forge } = this;
    const perfect = this.#delivery === 'perfect';
    if (step.kind === 'duty') {
      const duties = this.#duties();
      const duty = duties[step.choice % Math.max(1, duties.length)];
      if (duty !== undefined) this.#fulfil(duty);
    }
    if (step.kind === 'work') {
      const waiting = forge.runs.filter(({ status }) => status !== 'completed');
      const run = waiting[step.choice % Math.max(1, waiting.length)];
      if (run !== undefined) work(forge, run, step.trouble && !perfect);
      else publish(forge); // by schedule, whatever stands there at this moment
    }
    if (step.kind === 'noise') {
      const pulls = [...forge.pulls.values()].filter(({ open }) => open);
      const pull = pulls[step.on % Math.max(1, pulls.length)];
      if (pull !== undefined) NOISES[step.noise % NOISES.length]?.run(forge, pull, step.choice);
    }
    if (step.kind === 'pass') forge.now = new Date(forge.now.getTime() + step.minutes * 60_000);
    if (step.kind === 'post' && !perfect) forge.post.push(step.fate);
    if (step.kind === 'race' && perfect) for (const each of step.meanwhile) this.take(each);
    if (perfect) this.quiet();
    if (perfect) return;
    if (step.kind === 'look') this.look();
    if (step.kind === 'crash') this.look({ crash: step.before });
    if (step.kind === 'race') this.look({ meanwhile: () => this.#meanwhile(step.meanwhile) });
  }

  /**
   * From here on everybody does his duty, every machine works, and time goes on, until everything has ended, or enough.
   * @param besides what happens in the first turns, one in each
   */
  end({ enough = () => false, besides = [] }: { enough?: () => boolean; besides?: readonly Step[] } = {}): void {
    const { forge } = this;
    forge.post.length = 0;
    for (let turn = 0; turn < 200; turn++) {
      const step = besides[turn];
      if (step !== undefined) this.take(step);
      this.quiet();
      if (enough()) return;
      const waiting = forge.runs.filter(({ status }) => status !== 'completed');
      for (const run of waiting.reverse()) work(forge, run, false);
      const duties = waiting.length > 0 ? [] : this.#duties();
      for (const duty of duties) this.#fulfil(duty);
      forge.now = new Date(forge.now.getTime() + this.#pace);
      if (waiting.length > 0 || duties.length > 0) continue;
      if (this.#subjects.every((each) => isOver(forge, each, this.stateOf(each.pull)))) return;
      forge.now = new Date(forge.now.getTime() + 7 * 86_400_000);
    }
    const stuck = this.#subjects.filter((each) => !isOver(forge, each, this.stateOf(each.pull)));
    throw new Error(
      `never ended: ${stuck.map((each) => `${describe(each)} in ${this.stateOf(each.pull)}: ${forge.pulls.get(each.pull)?.sticky?.body}`).join('\n')}`,
    );
  }

  stateOf(pull: number): string {
    const labels = this.forge.pulls.get(pull)?.labels ?? [];
    return labels
      .filter((label) => label.startsWith('RolloutProgress: '))
      .map((label) => label.slice(17))
      .join('+');
  }

  /** Where everything ended, and what production holds. */
  ends(): string[] {
    for (const subject of this.#subjects)
      if (!meantEnd(subject, this.#subjects).includes(this.stateOf(subject.pull)))
        throw new Error(
          `${describe(subject)} ended in ${this.stateOf(subject.pull)}, not in ${meantEnd(subject, this.#subjects).join(' or ')}`,
        );
    const { git, ledger } = this.forge;
    const branches = ['main', 'candidate'] as const;
    const [main, candidate] = branches.map((branch) => [...this.forge.locksAt(git.head(branch)).values()].map(read));
    const back = [...(main ?? []), ...(candidate ?? [])].find(({ ppa }) => ledger.governing.withdrawn.has(ppa));
    if (back !== undefined) throw new Error(`${back.ppa} was withdrawn and came back`);
    const free = new Set(this.#subjects.filter((each) => meantEnd(each, this.#subjects).length > 1).map(nameOf));
    const states = this.#subjects
      .filter((each) => !free.has(nameOf(each)))
      .map((each) => `${nameOf(each)} ${this.stateOf(each.pull)}`);
    return [
      ...states,
      ...(main ?? [])
        .map(({ ppa }) => ppa)
        .filter((ppa) => !free.has(ppa))
        .sort(),
    ];
  }
}
