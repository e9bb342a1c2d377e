import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { fault } from '#core/fault-codes.ts';
import { byText } from '#core/text.ts';
import type { Selected, Selection } from './selection.ts';

/** `comps.xml` of a yum repository: groups of packages, and groups of groups (rpm-software-management/libcomps, comps.dtd). */
interface Node {
  readonly name: string;
  /** ` xml:lang="de"`, escaped as it was. */
  readonly attributes: string;
  /** Escaped as it was. */
  readonly text: string;
  readonly children: readonly Node[];
}

/** In the order in which they are written. */
const KINDS: readonly string[] = ['group', 'environment', 'category'];
/** Lists whose members a group, an environment or a category is about. */
const LISTS = new Set(['packagelist', 'grouplist', 'optionlist']);

/**
 * The groups that have a package of a PPA, with these packages alone, and the environments and categories that have such a
 * group. Faults: PACKAGE_GROUPS_INVALID.
 */
export function selectGroups(text: string, { packages, file }: Selection): Selected {
  const { entries, wrong } = readComps(text);
  if (wrong.length > 0)
    return { text: '', faults: wrong.map((sentence) => fault('PACKAGE_GROUPS_INVALID', sentence, { file })) };
  const names = new Set(packages.map(({ name }) => name));
  const groups = narrowed(
    entries.filter(({ name }) => name === 'group'),
    names,
  );
  const ids = new Set(groups.map(idOf));
  return {
    text: render([
      ...groups,
      ...narrowed(
        entries.filter(({ name }) => name !== 'group'),
        ids,
      ),
    ]),
    faults: [],
  };
}

/** Several such texts as one: a group that stands in two has the packages of both, and is called what the later one says. */
export function mergeGroups(texts: readonly string[]): string {
  const merged = new Map<string, Node>();
  for (const entry of texts.flatMap((text) => readComps(text).entries)) {
    const key = `${entry.name} ${idOf(entry)}`;
    merged.set(key, united(merged.get(key), entry));
  }
  return render([...merged.values()]);
}

function narrowed(entries: readonly Node[], wanted: ReadonlySet<string>): readonly Node[] {
  const narrow = (list: Node) => ({ ...list, children: list.children.filter(({ text }) => wanted.has(text)) });
  return entries
    .map((entry) => ({ ...entry, children: entry.children.map((one) => (LISTS.has(one.name) ? narrow(one) : one)) }))
    .filter(({ children }) => children.some((one) => LISTS.has(one.name) && one.children.length > 0));
}

function united(before: Node | undefined, entry: Node): Node {
  if (before === undefined) return entry;
  const members = (node: Node, list: string) => node.children.find(({ name }) => name === list)?.children ?? [];
  const lists = [...new Set([...before.children, ...entry.children].map(({ name }) => name))].filter((name) =>
    LISTS.has(name),
  );
  const joined = lists.map((name): Node => {
    const byName = new Map([...members(before, name), ...members(entry, name)].map((one) => [one.text, one]));
    return { ...{ name, attributes: '', text: '' }, children: [...byName.values()] };
  });
  return { ...entry, children: [...entry.children.filter(({ name }) => !LISTS.has(name)), ...joined] };
}

function render(entries: readonly Node[]): string {
  if (entries.length === 0) return '';
  const sorted = [...entries].sort(
    (left, right) => KINDS.indexOf(left.name) - KINDS.indexOf(right.name) || byText(idOf(left), idOf(right)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<comps>\n${sorted.map((one) => lines(one, '  ')).join('')}</comps>\n`;
}

function lines({ name, attributes, text, children }: Node, indent: string): string {
  const open = `${indent}<${name}${attributes}`;
  if (children.length === 0) return text === '' ? `${open}/>\n` : `${open}>${text}</${name}>\n`;
  const sorted = LISTS.has(name) ? [...children].sort((left, right) => byText(left.text, right.text)) : children;
  return `${open}>\n${sorted.map((one) => lines(one, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

function idOf({ children }: Node): string {
  return children.find(({ name }) => name === 'id')?.text ?? '';
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  // Entities off: text stays escaped as it was, and is written so again.
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});
/** The one document type that comps.xml has ever had; it is not read, and may hold nothing of its own. */
const DOCTYPE = /<!DOCTYPE\s+comps(\s+(PUBLIC\s+"[^"<>]*"\s+"[^"<>]*"|SYSTEM\s+"[^"<>]*"))?\s*>/;
const ENTITY = /&(?!(lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/;
/** XML 1.0 section 2.2, Char. */
const NO_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

function readComps(raw: string): { readonly entries: readonly Node[]; readonly wrong: readonly string[] } {
  const text = raw.replace(/^\uFEFF/, '').replace(DOCTYPE, '');
  if (/<!(DOCTYPE|ENTITY|\[CDATA\[)/.test(text)) return broken('It has a document type of its own, or raw text.');
  if (ENTITY.test(text) || NO_CHARACTER.test(text)) return broken('It has an entity or a character that XML has not.');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) return broken(`The XML is malformed in line ${verdict.err.line}: ${verdict.err.msg}`);
  const [root, ...more] = nodesOf(parser.parse(text) as Raw[]);
  if (root?.name !== 'comps' || more.length > 0) return broken('Its one root is not comps.');
  const entries = root.children.filter(({ name }) => KINDS.includes(name));
  const ids = entries.map((entry) => `${entry.name} ${idOf(entry)}`);
  return { entries, wrong: ids.flatMap((id, at) => faultOf(id, ids.indexOf(id) !== at, entries[at])) };
}

function faultOf(id: string, twice: boolean, entry: Node | undefined): readonly string[] {
  if (!/^\w+ [A-Za-z0-9][A-Za-z0-9._+:@-]*$/.test(id)) return [`"${id}" has no sound id.`];
  if (twice) return [`${id} stands twice.`];
  return entry?.children.some(({ name, text }) => name === 'name' && text !== '') ? [] : [`${id} has no name.`];
}

function broken(sentence: string) {
  return { entries: [], wrong: [sentence] };
}

type Raw = Readonly<Record<string, unknown>>;

function nodesOf(raw: readonly Raw[]): readonly Node[] {
  return raw.flatMap((one) => {
    const name = Object.keys(one).find((key) => key !== ':@' && key !== '#text' && !key.startsWith('?'));
    if (name === undefined) return [];
    const inside = one[name] as readonly Raw[];
    const text = inside
      .map((each) => String(each['#text'] ?? ''))
      .join('')
      .trim();
    const attributes = Object.entries((one[':@'] ?? {}) as Raw).map(
      ([key, value]) => ` ${key}="${String(value).replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`,
    );
    return [{ name, attributes: attributes.join(''), text, children: nodesOf(inside) }];
  });
}
