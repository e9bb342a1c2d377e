import { ATTRIBUTES, type Cardinality, type ElementRule, type ElementTable } from './elements.ts';
import { CHECKS } from './text-kinds.ts';
import type { Element, Report } from './xml.ts';

/** The children of one element after its table was checked: those of a name, and their texts. */
export interface Found {
  readonly all: (name: string) => readonly Element[];
  /** Text of the first, '' when it is missing or wrong (its fault is told already). */
  readonly text: (name: string) => string;
}

/** Checks an element's children, attributes and texts against its table; every fault goes to `report`. */
export function readChildren(parent: Element, table: ElementTable, report: Report): Found {
  const children = new Map<string, Element[]>();
  for (const child of parent.children) {
    const rule = table[child.name];
    if (rule === undefined) {
      const near = nearest(child.name, Object.keys(table));
      const advice = near === undefined ? '' : ` Did you mean ${near}?`;
      report('RELEASE_ELEMENT_UNKNOWN', `${child.name} is not known inside ${parent.name}.${advice}`, child.where);
      continue;
    }
    const same = children.get(child.name);
    if (same === undefined) children.set(child.name, [child]);
    else same.push(child);
    checkLeaf(child, rule, report);
  }
  if (parent.text !== '' && Object.keys(table).length > 0)
    report('RELEASE_TEXT_STRAY', `Text "${parent.text.slice(0, 40)}" stands inside ${parent.name}.`, parent.where);
  for (const [name, { card }] of Object.entries(table))
    checkCount(parent, name, card, children.get(name) ?? [], report);
  const all = (name: string) => children.get(name) ?? [];
  return { all, text: (name) => soundText(all(name)[0], table[name]) };
}

/** A text that has its kind; '' stands for one that is missing or wrong. */
export function soundText(element: Element | undefined, rule: ElementRule | undefined): string {
  if (element === undefined || rule?.text === undefined) return '';
  return CHECKS[rule.text](element.text) === undefined ? element.text : '';
}

function checkLeaf(element: Element, rule: ElementRule, report: Report): void {
  checkAttributes(element, report);
  if (rule.text === undefined) return;
  for (const child of element.children)
    report('RELEASE_ELEMENT_UNKNOWN', `${child.name} is not known inside ${element.name}.`, child.where);
  const wrong = element.text === '' ? undefined : CHECKS[rule.text](element.text);
  if (element.text === '') report('RELEASE_ELEMENT_EMPTY', `${element.name} is empty.`, element.where);
  if (wrong !== undefined) report(wrong.code, `${element.name}: ${wrong.sentence}.`, element.where);
}

export function checkAttributes(element: Element, report: Report): void {
  const { must, may } = ATTRIBUTES[element.name] ?? { must: [], may: [] };
  for (const [name, { where }] of element.attributes)
    if (!must.includes(name) && !may.includes(name))
      report('RELEASE_ATTRIBUTE_UNKNOWN', `${element.name} has no attribute ${name}.`, where);
  for (const name of must)
    if (!element.attributes.has(name))
      report('RELEASE_ATTRIBUTE_MISSING', `${element.name} lacks the attribute ${name}.`, element.where);
}

function checkCount(parent: Element, name: string, card: Cardinality, found: readonly Element[], report: Report): void {
  if (found.length === 0 && card.startsWith('1'))
    report('RELEASE_ELEMENT_MISSING', `${parent.name} lacks ${name}.`, parent.where);
  if (card.endsWith('n')) return;
  for (const again of found.slice(1)) {
    const first = found[0]?.where.line;
    report('RELEASE_ELEMENT_REPEATED', `${name} stands again; the first is in line ${first}.`, again.where);
  }
}

/** The name that differs only in prefix, case or by one or two letters. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const local = (full: string) => full.slice(full.indexOf(':') + 1).toLowerCase();
  return (
    known.find((each) => local(each) === local(name)) ?? known.find((each) => distance(local(each), local(name)) <= 2)
  );
}

/** Levenshtein, bounded by the short names it is given. */
function distance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return 3;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...left].entries()) {
    const next = [at + 1];
    for (let index = 0; index < right.length; index++)
      next.push(
        Math.min(
          (next[index] ?? 0) + 1,
          (row[index + 1] ?? 0) + 1,
          (row[index] ?? 0) + (letter === right[index] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 3;
}
