import { FAILSAFE_SCHEMA, loadAll, YAMLException } from 'js-yaml';
import { fault } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';
import { byText } from '#core/text.ts';
import type { Selected, Selection } from './selection.ts';

/**
 * `modules.yaml` of a yum repository: modulemd documents (modulemd specification, version 2). Each is passed through
 * word for word, because a number such as a stream's version is larger than what most readers of YAML can hold.
 */
interface ModuleDocument {
  /** Says what it is about: of two with the same key a client takes one. */
  readonly key: string;
  readonly kind: string;
  readonly module: string;
  /** Of a stream; absent in documents about a whole module. */
  readonly arch?: string;
  readonly artifacts: readonly string[];
  readonly text: string;
}

/**
 * The documents about packages of a PPA: streams that have one of its packages, and what is said about their modules.
 * Faults: PACKAGE_MODULES_INVALID for what is no modulemd, PACKAGE_MODULES_FOREIGN for a stream that names a binary package
 * of the platform which the PPA has not; all of them.
 */
export function selectModules(text: string, { packages, arch, file }: Selection): Selected {
  const { documents, faults } = readModules(text, file);
  const own = new Set(packages.map(nevra));
  const streams = documents.filter((one) => one.arch === arch && one.artifacts.some((artifact) => own.has(artifact)));
  const modules = new Set(streams.map(({ module }) => module));
  const about = documents.filter((one) => one.arch === undefined && modules.has(one.module));
  const foreign = streams.flatMap(({ key, artifacts }) =>
    artifacts
      .filter((artifact) => !own.has(artifact) && isNeeded(artifact, arch))
      .map((artifact) =>
        fault('PACKAGE_MODULES_FOREIGN', `${key} has ${artifact}, which is not released with it.`, { file }),
      ),
  );
  return { text: render([...streams, ...about]), faults: [...faults, ...foreign] };
}

/** Several such texts as one. Of two documents about the same the later one counts. */
export function mergeModules(texts: readonly string[]): string {
  return render(texts.flatMap((text) => readModules(text, 'modules.yaml').documents));
}

/** A stream of a module, by what tells it from others, and its packages as `name-epoch:version-release.arch`. */
export interface ModuleStream {
  readonly name: string;
  readonly stream: string;
  readonly version: string;
  readonly context: string;
  readonly arch: string;
  readonly artifacts: readonly string[];
}

/** The streams of a text; what cannot be read is none. */
export function streamsIn(text: string): readonly ModuleStream[] {
  return readModules(text, 'modules.yaml').documents.flatMap(({ kind, key, artifacts }) => {
    const [, name = '', stream = '', version = '', context = '', arch = ''] = key.split(':');
    return kind === 'modulemd' ? [{ name, stream, version, context, arch, artifacts }] : [];
  });
}

function render(documents: readonly ModuleDocument[]): string {
  const byKey = new Map(documents.map((one) => [one.key, one.text]));
  return [...byKey]
    .sort(([left], [right]) => byText(left, right))
    .map(([, text]) => `---\n${text}\n...\n`)
    .join('');
}

/** Sources and what is for debuggers lies in repositories of its own. */
function isNeeded(artifact: string, arch: string): boolean {
  const [, name = '', of = ''] = /^(.+)-\d+:[^:]+\.([^.]+)$/.exec(artifact) ?? [];
  return (of === arch || of === 'noarch') && !/-debug(info|source)$/.test(name);
}

/** `name-epoch:version-release.arch`, as modulemd writes it. */
export function nevra({ name, version, arch }: Selection['packages'][number]): string {
  return `${name}-${/^\d+:/.test(version) ? version : `0:${version}`}.${arch}`;
}

function readModules(text: string, file: string): { documents: readonly ModuleDocument[]; faults: readonly Fault[] } {
  const documents: ModuleDocument[] = [];
  const faults: Fault[] = [];
  for (const { body, line } of bodiesOf(text)) {
    const read = readDocument(body);
    if (typeof read === 'string') faults.push(fault('PACKAGE_MODULES_INVALID', read, { file, line }));
    else documents.push(read);
  }
  return { documents, faults };
}

/** Texts between the markers of documents; a block's lines are indented, so a marker at a line's start is one. */
function bodiesOf(text: string): readonly { readonly body: string; readonly line: number }[] {
  const bodies: { lines: string[]; line: number }[] = [{ lines: [], line: 1 }];
  for (const [at, line] of text.replace(/\r\n?/g, '\n').split('\n').entries()) {
    if (/^(---|\.\.\.)(\s|$)/.test(line))
      bodies.push({ lines: line.startsWith('---') ? [line.slice(3)] : [], line: at + 1 });
    else bodies.at(-1)?.lines.push(line);
  }
  return bodies
    .filter(({ lines }) => lines.some((line) => !/^\s*(#.*)?$|^%YAML /.test(line)))
    .map(({ lines, line }) => ({ body: lines.join('\n').replace(/^\s*\n|\s+$/g, ''), line }));
}

const WORD = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;
/** Document kind → the parts of `data` that tell two of them apart; the first names the module. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  modulemd: ['name', 'stream', 'version', 'context', 'arch'],
  'modulemd-defaults': ['module'],
  'modulemd-translations': ['module', 'stream'],
  'modulemd-obsoletes': ['module', 'stream', 'context', 'modified'],
};
const OPTIONAL = new Set(['context', 'arch']);

/** @returns what is wrong, as a sentence, when it is none */
function readDocument(body: string): ModuleDocument | string {
  let all: readonly unknown[];
  try {
    all = loadAll(body, { schema: FAILSAFE_SCHEMA, maxDepth: 20, maxAliases: 0 });
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    return `The YAML cannot be read: ${cause.reason}.`;
  }
  const [document, ...more] = all;
  const kind = partOf(document, 'document');
  const names = typeof kind === 'string' ? KEYS[kind] : undefined;
  if (more.length > 0 || typeof kind !== 'string' || names === undefined)
    return `There is no modulemd document: document is ${JSON.stringify(kind)}.`;
  if (!/^\d+$/.test(String(partOf(document, 'version')))) return `A ${kind} has no version.`;
  const data = partOf(document, 'data');
  const values = names.map((name) => [name, partOf(data, name)] as const);
  const wrong = values.filter(([name, value]) => (value === undefined ? !OPTIONAL.has(name) : !isWord(name, value)));
  if (wrong.length > 0) return `A ${kind} has no sound ${wrong.map(([name]) => name).join(', ')}.`;
  const rpms = partOf(partOf(data, 'artifacts'), 'rpms');
  const [module, arch] = [values[0]?.[1], partOf(data, 'arch')];
  return {
    kind,
    key: [kind, ...values.map(([, value]) => value ?? '')].join(':'),
    module: String(module),
    ...(kind === 'modulemd' ? { arch: typeof arch === 'string' ? arch : '' } : {}),
    artifacts: Array.isArray(rpms) ? rpms.map(String) : [],
    text: body,
  };
}

function isWord(name: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return name === 'version' ? /^\d{1,20}$/.test(value) : name === 'modified' ? value.length < 64 : WORD.test(value);
}

function partOf(value: unknown, name: string): unknown {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
