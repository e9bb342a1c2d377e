import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type FaultCode, fault } from '#core/fault-codes.ts';
import type { Fault, Where } from '#core/faults.ts';
import { positionIn } from '#core/text.ts';
import { CANONICAL_PREFIXES, NAMESPACES, type Prefix } from './namespaces.ts';
import { scan } from './scan.ts';

/** An element with its names resolved: `name` is `prefix:local` with the canonical prefix, whatever prefix the file uses. */
export interface Element {
  readonly name: string;
  /** `release:release/UMDmeta:UMDmeta[2]` */
  readonly path: string;
  readonly where: Where;
  readonly attributes: ReadonlyMap<string, { readonly value: string; readonly where: Where }>;
  readonly children: readonly Element[];
  /** All text directly inside, trimmed. */
  readonly text: string;
}

/** Pushes a fault of the vocabulary. */
export type Report = (code: FaultCode, sentence: string, where: Where, hint?: string) => void;

const METADATA: symbol = XMLParser.getMetaDataSymbol() as unknown as symbol;
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  captureMetaData: true,
  // Entities off: the five of XML and character references are resolved here, anything else is a fault.
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
});

type Node = Record<string, unknown> & { [METADATA]?: { startIndex: number } };

/** The tree of a file, or why there is none; faults of the text itself come at once. */
export function parseXml(raw: string, file: string): { root: Element | undefined; faults: Fault[] } {
  const { text, attributes, faults: found, readable } = scan(raw, file);
  const faults = [...found];
  if (!readable) return { root: undefined, faults };
  const malformed = malformation(text);
  if (malformed !== undefined) {
    const { sentence, ...at } = malformed;
    return { root: undefined, faults: [...faults, fault('RELEASE_MALFORMED', sentence, { file, ...at })] };
  }
  const position = positionIn(text);
  const report: Report = (...told) => void faults.push(fault(...told));
  const place = (offset: number, path: string): Where => ({ file, ...position(offset), path });
  const tree: Tree = { place, report, attributes };
  const [root, ...more] = elementsOf(parser.parse(text) as Node[]);
  for (const extra of more) report('RELEASE_MALFORMED', 'There is a second root element.', place(startOf(extra), ''));
  return { root: root === undefined ? undefined : elementOf(root, { path: '', index: 0, scope: {} }, tree), faults };
}

function malformation(text: string): { sentence: string; line?: number; column?: number } | undefined {
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) {
    const { msg, line, col } = verdict.err;
    return {
      sentence: `The XML is malformed: ${msg}`,
      ...(line > 0 ? { line } : {}),
      ...(col > 0 ? { column: col } : {}),
    };
  }
  try {
    return elementsOf(parser.parse(text) as Node[]).length > 0 ? undefined : { sentence: 'There is no element.' };
  } catch (cause) {
    return { sentence: `The XML is malformed: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
}

interface Tree {
  readonly place: (offset: number, path: string) => Where;
  readonly report: Report;
  readonly attributes: ReadonlyMap<number, ReadonlyMap<string, number>>;
}

interface Above {
  readonly path: string;
  /** Which of its name among its siblings, from 1; 0 for the root. */
  readonly index: number;
  /** Prefix → URI, `''` the default namespace. */
  readonly scope: Readonly<Record<string, string>>;
}

function elementOf(node: Node, above: Above, tree: Tree): Element {
  const tag = tagOf(node);
  const start = startOf(node);
  const written = (node[':@'] ?? {}) as Record<string, string>;
  const scope = { ...above.scope, ...namespacesOf(written) };
  const name = nameOf(tag, scope);
  const path =
    above.path === '' ? name.shown : `${above.path}/${name.shown}${above.index > 0 ? `[${above.index}]` : ''}`;
  const where = tree.place(start, path);
  if (name.unknown !== undefined) tree.report('RELEASE_NAMESPACE_UNKNOWN', name.unknown, where);
  const attributes = new Map<string, { value: string; where: Where }>();
  for (const [key, value] of Object.entries(written)) {
    if (/^(xmlns|xsi|xml)(:|$)/.test(key)) continue;
    const at = tree.place(tree.attributes.get(start)?.get(key) ?? start, `${path}/@${key}`);
    attributes.set(key, { value: decoded(String(value), at, tree.report), where: at });
  }
  const content = node[tag] as Node[];
  const text = content
    .map((part) => textOf(part, where, tree.report))
    .join('')
    .trim();
  return { name: name.shown, path, where, attributes, children: childrenOf(content, { path, scope }, tree), text };
}

function childrenOf(content: readonly Node[], above: Omit<Above, 'index'>, tree: Tree): Element[] {
  const counts = new Map<string, number>();
  return elementsOf(content).map((child) => {
    const index = (counts.get(tagOf(child)) ?? 0) + 1;
    counts.set(tagOf(child), index);
    return elementOf(child, { ...above, index }, tree);
  });
}

function elementsOf(content: readonly Node[]): Node[] {
  return content.filter((node) => !tagOf(node).startsWith('#'));
}

function tagOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '#text';
}

function startOf(node: Node): number {
  return node[METADATA]?.startIndex ?? 0;
}

function namespacesOf(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const declared = Object.entries(attributes).filter(([key]) => /^xmlns(:|$)/.test(key));
  return Object.fromEntries(declared.map(([key, uri]) => [key.slice('xmlns:'.length), String(uri).trim()]));
}

/** Any prefix bound to the right URI; the literal prefix where it is not bound at all (old files, domain.md section 2). */
function nameOf(tag: string, scope: Readonly<Record<string, string>>): { shown: string; unknown?: string } {
  const colon = tag.indexOf(':');
  const [prefix, local] = colon === -1 ? ['', tag] : [tag.slice(0, colon), tag.slice(colon + 1)];
  const uri = scope[prefix];
  if (uri === undefined && CANONICAL_PREFIXES.includes(prefix as Prefix)) return { shown: tag };
  if (uri === undefined)
    return {
      shown: tag,
      unknown: prefix === '' ? `${tag} has no namespace.` : `The prefix ${prefix} is bound to nothing.`,
    };
  const canonical = CANONICAL_PREFIXES.find((each) => NAMESPACES[each] === uri);
  if (canonical !== undefined) return { shown: `${canonical}:${local}` };
  // Braces, so that an unknown namespace never looks like one of ours.
  return { shown: `{${uri}}${local}`, unknown: `${tag} stands in the unknown namespace ${uri}.` };
}

function textOf(node: Node, where: Where, report: Report): string {
  const [verbatim] = (node['#cdata'] ?? []) as Node[];
  if (verbatim !== undefined) return String(verbatim['#text'] ?? '');
  const text = node['#text'];
  return text === undefined ? '' : decoded(String(text), where, report);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(text: string, where: Where, report: Report): string {
  return text.replace(/&(?:(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[^;&\s<]{1,64});)?/g, (whole, name?: string) => {
    const resolved = name === undefined ? undefined : (ENTITIES[name] ?? character(name));
    if (resolved !== undefined) return resolved;
    report('RELEASE_ENTITY', `${whole} is no entity that is taken here.`, where);
    return whole;
  });
}

function character(reference: string): string | undefined {
  if (!reference.startsWith('#')) return undefined;
  const code = reference.startsWith('#x') ? Number.parseInt(reference.slice(2), 16) : Number(reference.slice(1));
  const allowed =
    code === 9 || code === 10 || code === 13 || (code >= 32 && code < 0xd800) || (code > 0xdfff && code < 0xfffe);
  return allowed || (code > 0xffff && code <= 0x10ffff) ? String.fromCodePoint(code) : undefined;
}
