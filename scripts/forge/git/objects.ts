import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { RawObject } from '#scripts/git/reader.ts';
import type { TreeEntry } from '#scripts/git/tree.ts';

/** Name, address and time (ISO, UTC) of a commit's author or committer. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

export interface AnnotatedTag {
  readonly sha: string;
  readonly object: string;
  readonly type: string;
  readonly tag: string;
  readonly tagger: Person;
  readonly message: string;
}

/** Writes a loose object and gives its name; no process is started. */
export async function writeObject(objects: string, type: RawObject['type'], content: Buffer): Promise<string> {
  const bytes = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const sha = createHash('sha1').update(bytes).digest('hex');
  const path = join(objects, sha.slice(0, 2), sha.slice(2));
  if (existsSync(path)) return sha;
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(aside, deflateSync(bytes), { mode: 0o444 });
  await rename(aside, path);
  return sha;
}

export function parseCommit({ sha, content }: RawObject): Commit {
  const { fields, message } = parseHeaders(content.toString('utf8'));
  const one = (name: string) => fields.find(([key]) => key === name)?.[1] ?? '';
  return {
    sha,
    tree: one('tree'),
    parents: fields.filter(([key]) => key === 'parent').map(([, value]) => value),
    author: parsePerson(one('author')),
    committer: parsePerson(one('committer')),
    message,
  };
}

export function parseTag({ sha, content }: RawObject): AnnotatedTag {
  const { fields, message } = parseHeaders(content.toString('utf8'));
  const one = (name: string) => fields.find(([key]) => key === name)?.[1] ?? '';
  return {
    sha,
    object: one('object'),
    type: one('type'),
    tag: one('tag'),
    tagger: parsePerson(one('tagger')),
    message,
  };
}

/** Git orders a tree by bytes, a folder as if its name ended with a slash. */
export function renderTree(entries: readonly TreeEntry[]): Buffer {
  const keyed = entries.map((entry) => ({
    entry,
    key: Buffer.from(entry.type === 'tree' ? `${entry.name}/` : entry.name),
  }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(
    keyed.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode.replace(/^0/, '')} ${entry.name}\0`),
      Buffer.from(entry.sha, 'hex'),
    ]),
  );
}

export function renderCommit(commit: Omit<Commit, 'sha'>): Buffer {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${renderPerson(commit.author)}`,
    `committer ${renderPerson(commit.committer)}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${commit.message}`);
}

export function renderTag(tag: Omit<AnnotatedTag, 'sha'>): Buffer {
  const lines = [`object ${tag.object}`, `type ${tag.type}`, `tag ${tag.tag}`, `tagger ${renderPerson(tag.tagger)}`];
  return Buffer.from(`${lines.join('\n')}\n\n${tag.message}`);
}

function renderPerson({ name, email, date }: Person): string {
  const clean = (text: string) => text.replace(/[<>\n\0]/g, '');
  return `${clean(name)} <${clean(email)}> ${Math.floor(new Date(date).getTime() / 1000)} +0000`;
}

function parsePerson(text: string): Person {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<(.*?)> (\d+)/.exec(text) ?? [];
  return { name, email, date: `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z` };
}

/** Continued lines (signatures) are left out. */
function parseHeaders(text: string): { fields: [string, string][]; message: string } {
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const fields = head
    .split('\n')
    .filter((line) => !line.startsWith(' '))
    .map((line): [string, string] => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);
  return { fields, message: end < 0 ? '' : text.slice(end + 2) };
}
