import type { Lock } from '#core/ppa/lock.ts';

/** What `ea-report` writes into a report, a line each: `package: voms-server 2.1.0-1`, `os: …`, `snapshot: …`, `lock: …`, `issues: …`. */
export interface Tried {
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  readonly os?: string;
  readonly issues?: string;
}

const LINE = /^(package|os|issues|lock|snapshot|site):[ \t]*(.*)$/i;

export function triedIn(text: string): Tried {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const [, key = '', value = ''] = LINE.exec(line.trim()) ?? [];
    return key === '' ? [] : [{ key: key.toLowerCase(), value: value.trim() }];
  });
  const first = (wanted: string) => lines.find(({ key, value }) => key === wanted && value !== '')?.value.slice(0, 500);
  const packages = lines.flatMap(({ key, value }) => {
    const [, name, version] = /^([A-Za-z0-9][A-Za-z0-9._+-]*)[ \t]+(\S+)/.exec(value) ?? [];
    return key !== 'package' || name === undefined || version === undefined ? [] : [{ name, version }];
  });
  const [os, issues] = [first('os'), first('issues')];
  return { packages, ...(os === undefined ? {} : { os }), ...(issues === undefined ? {} : { issues }) };
}

/** What a person wrote besides. */
export function wordsIn(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => !LINE.test(line.trim()));
  return lines.filter((line) => !/^\s*(```|~~~)/.test(line)).join(' ');
}

/** Packages that were tried in another version than the lock's, in words; those of other products are nobody's business here. */
export function differences({ packages }: Tried, lock: Lock): string[] {
  const locked = new Map(lock.packages.map(({ name, version }) => [name, version]));
  return packages.flatMap(({ name, version }) => {
    const wanted = locked.get(name);
    return wanted === undefined || wanted === version ? [] : [`${name} is ${version}, the lock has ${wanted}`];
  });
}

export function triedAny({ packages }: Tried, lock: Lock): boolean {
  return packages.some(({ name }) => lock.packages.some((locked) => locked.name === name));
}
