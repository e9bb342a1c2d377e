import { byText } from '#core/text.ts';

/** A package as the solver names it. */
export interface Named {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** Repository it is in. */
  readonly from: string;
}

/** One of the rules that together make a package impossible to install. */
export interface Rule {
  readonly kind: 'nothing-provides' | 'requires' | 'conflicts' | 'obsoletes' | 'same-name' | 'not-installable';
  readonly package: Named | null;
  /** `voms-common >= 3` */
  readonly needs: string | null;
  readonly other: Named | null;
  /** Who gives what is needed; of `nothing-provides` who gave it in the other state. At most five. */
  readonly providers: readonly Named[];
}

export interface Broken extends Named {
  readonly rules: readonly Rule[];
}

/** What the solver found: packages that cannot be installed, in the present state and in the new one. */
export interface Closure {
  readonly old: readonly Broken[];
  readonly new: readonly Broken[];
}

/**
 * Only what was whole and would be broken counts: a package that could not be installed before stays its owner's matter
 * and holds nobody else up (design.md section 6, "regressions only").
 */
export function regressions(closure: Closure): readonly Broken[] {
  const known = new Set(closure.old.map(keyOf));
  return closure.new.filter((one) => !known.has(keyOf(one))).sort((left, right) => byText(nameOf(left), nameOf(right)));
}

/** Broken before and after: told, not held against anybody. */
export function standing(closure: Closure): readonly Broken[] {
  const known = new Set(closure.old.map(keyOf));
  return closure.new.filter((one) => known.has(keyOf(one)));
}

function keyOf({ name, arch }: Named): string {
  return `${name} ${arch}`;
}

export function nameOf({ name, version, arch }: Named): string {
  return `${name} ${version} (${arch})`;
}
