import { at, CHANGELOG, DEPENDS, DESCRIPTION, FILES, PLACES, PROVIDES, RECOMMENDS } from './shape.ts';

/** What a generated package says of itself. */
export interface Made {
  readonly name: string;
  readonly version: string;
  readonly maintainer: string;
  readonly summary: string;
  /** Lines of up to 75 characters. */
  readonly description: readonly string[];
  readonly depends: readonly string[];
  readonly recommends: readonly string[];
  readonly provides: readonly string[];
  /** Without slash at the beginning. */
  readonly files: readonly string[];
  readonly changelog: string;
}

const NAMES = ['storm', 'voms', 'argus', 'canl', 'dpm', 'lcas', 'glite', 'xroot', 'davix', 'gfal', 'arc', 'frontier'];
const WORDS =
  'access account adapter admin agent and archive authorisation backend batch broker bulk cache catalogue certificate chain check client cluster codec command common compute config core credential daemon data dataset default delegation development device digest directory disk driver endpoint engine event example export fabric fast file filter for framework gateway generic grid group handler header helper host identity image index information input interface job journal kernel key language layer library limit listing local lock log manager map matching message metadata method middleware mirror model module monitor mount network node object of offline open operator output package parser path permission plugin policy pool portal protocol provider proxy public query queue quota range reader record region registry remote replica report request resource role root route rule runtime scheduler schema scratch script secure security server service session shared signature site socket source space stage storage stream support switch table tape task template test the thread ticket token tool topology trace transfer tree trust tunnel unit update user utility validator value version virtual volume web with worker writer zone'.split(
    ' ',
  );

/** Characters of a changelog entry that are not its text: name, version, author and date. */
const ENTRY_AROUND = 90;

/** Names begin alike in groups, as those of subpackages do; dependencies lead to the first 400. */
function nameOf(index: number): string {
  return `${NAMES[index % NAMES.length]}-${WORDS[(index * 7919) % WORDS.length]}-part${index}`;
}

/** The same for every machine: only the version tells two packages of one index apart. */
export function madeAt(index: number, version: string): Made {
  const name = nameOf(index);
  const draw = drawing(index);
  const many = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  const some = (low: number, high: number) => text(draw, low + Math.floor(draw() * (high - low)));
  const dated = () => (draw() < 0.5 ? ' >= 1.0' : '');
  const other = () => `${nameOf(Math.floor(draw() * 400))}${dated()}`;
  return {
    ...{ name, version, maintainer: `${some(5, 9)} ${some(5, 9)} <${some(5, 9).replaceAll(' ', '.')}@example.org>` },
    ...{ summary: some(30, 70), description: lines(text(draw, at(DESCRIPTION, draw()))) },
    depends: [...new Set(many(at(DEPENDS, draw()), other))],
    recommends: [...new Set(many(at(RECOMMENDS, draw()), other))],
    provides: [...new Set(many(at(PROVIDES, draw()), () => some(12, 20).replaceAll(' ', '-')))],
    files: [...new Set(many(at(FILES, draw()), () => fileOf(name, draw)))].sort(),
    changelog: text(draw, CHANGELOG - 10 * ENTRY_AROUND),
  };
}

function fileOf(name: string, draw: () => number): string {
  const [, folder, length] = placeAt(draw());
  const root = `${folder.replace('@', name)}/`;
  const shared = folder.includes('@') ? '' : `${name.split('part')[1]}-`; // no two packages have the same file
  const words = text(draw, Math.max(4, length * (0.6 + draw() * 0.8) - root.length - shared.length - 4));
  return `${root}${shared}${words.replace(/ /, '/').replaceAll(' ', '_')}.dat`;
}

function placeAt(fraction: number): (typeof PLACES)[number] {
  let below = 0;
  for (const place of PLACES) {
    below += place[0];
    if (fraction < below) return place;
  }
  return PLACES[0] as (typeof PLACES)[number];
}

/** Words of about that many characters. */
function text(draw: () => number, length: number): string {
  let words = '';
  while (words.length < length) words += ` ${WORDS[Math.floor(draw() * WORDS.length)]}`;
  return words.slice(1, 1 + Math.max(3, Math.round(length))).trimEnd();
}

function lines(words: string): readonly string[] {
  return words.match(/.{1,74}(?: |$)/g)?.map((line) => line.trimEnd()) ?? [words];
}

/** Numbers below one, always the same after a seed (mulberry32). */
function drawing(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
