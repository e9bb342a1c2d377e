import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Made } from './made.ts';
import { renderHeader, type Value } from './rpm-header.ts';

const TIME = 1_700_000_000;
const MONTH = 30 * 86_400;
/** rpm's RPMSENSE_GREATER and RPMSENSE_EQUAL; without version there is no flag. */
const [AT_LEAST, EQUAL] = [12, 8];

/** A small, true rpm of empty files: about a millisecond each, where rpmbuild takes ten and all of its subpackages share a changelog. */
export function renderRpm(made: Made): Buffer {
  const payload = gzipSync(cpio(made.files), { level: 1 });
  const header = renderHeader(63, tagsOf(made, payload));
  const signed = renderHeader(62, {
    273: text(sha256(header)),
    1000: int32(header.length + payload.length),
    1004: { kind: 'bytes', value: createHash('md5').update(header).update(payload).digest() },
    1007: int32(0),
  });
  return Buffer.concat([lead(made), signed, Buffer.alloc((8 - (signed.length % 8)) % 8), header, payload]);
}

/** Tags by number, ascending, as rpm's rpmtag.h names them. */
function tagsOf(made: Made, payload: Buffer): Readonly<Record<number, Value>> {
  const { name, files } = made;
  const [version = '', release = ''] = made.version.split('-');
  const folders = [...new Set(files.map((file) => `/${posix.dirname(file)}/`))];
  const each = (value: number) => int32(...files.map(() => value));
  const changes = changesOf(made.changelog);
  const provided = [[name, EQUAL, made.version] as const, ...made.provides.map((one) => [one, 0, ''] as const)];
  const all: Readonly<Record<number, Value>> = {
    ...{ 1000: text(name), 1001: text(version), 1002: text(release) },
    ...{ 1004: i18n(made.summary), 1005: i18n(made.description.join('\n')), 1006: int32(TIME) },
    ...{ 1007: text('build.example'), 1009: int32(0), 1014: text('Apache-2.0'), 1016: i18n('Unspecified') },
    ...{ 1020: text(`https://middleware.example.org/${name}`), 1021: text('linux'), 1022: text('x86_64') },
    ...{ 1028: each(0), 1030: { kind: 'int16', value: files.map(() => 0o100644) } },
    ...{ 1033: { kind: 'int16', value: files.map(() => 0) }, 1034: each(TIME), 1035: texts(files.map(() => EMPTY)) },
    ...{ 1036: texts(files.map(() => '')), 1037: each(0), 1039: texts(files.map(() => 'root')) },
    ...{ 1040: texts(files.map(() => 'root')), 1044: text(`${name.replace(/-part.*/, '')}-${made.version}.src.rpm`) },
    1047: texts(provided.map(([what]) => what)),
    ...relations(made.depends, [1049, 1048, 1050]),
    ...{
      1080: int32(...changes.map(({ time }) => time)),
      1081: texts(changes.map(() => `${made.maintainer} - 1.0-1`)),
    },
    ...{
      1082: texts(changes.map((change) => change.text)),
      1095: each(1),
      1096: int32(...files.map((_, at) => at + 1)),
    },
    ...{ 1097: texts(files.map(() => '')), 1112: int32(...provided.map(([, flag]) => flag)) },
    1113: texts(provided.map(([, , of]) => of)),
    1116: int32(...files.map((file) => folders.indexOf(`/${posix.dirname(file)}/`))),
    ...{ 1117: texts(files.map((file) => posix.basename(file))), 1118: texts(folders) },
    ...{ 1124: text('cpio'), 1125: text('gzip'), 1126: text('1'), 5011: int32(8) },
    ...relations(made.recommends, [5046, 5048, 5047]),
    ...{ 5092: texts([sha256(payload)]), 5093: int32(8) },
  };
  return Object.fromEntries(Object.entries(all).filter(([, { value }]) => value.length > 0));
}

/** Name, flag and version of each `name >= version`. */
function relations(entries: readonly string[], [names, flags, versions]: readonly [number, number, number]) {
  const parts = entries.map((one) => one.split(' >= '));
  return {
    [names]: texts(parts.map(([name = '']) => name)),
    [flags]: int32(...parts.map(([, version]) => (version === undefined ? 0 : AT_LEAST))),
    [versions]: texts(parts.map(([, version = '']) => version)),
  };
}

/** Ten entries, a month apart. */
function changesOf(changelog: string) {
  const part = Math.ceil(changelog.length / 10);
  return Array.from({ length: 10 }, (_, at) => ({
    time: TIME - at * MONTH,
    text: `- ${changelog.slice(at * part, (at + 1) * part).trim()}`,
  }));
}

const EMPTY = sha256('');

function sha256(of: string | Buffer): string {
  return createHash('sha256').update(of).digest('hex');
}
function text(value: string): Value {
  return { kind: 'text', value };
}
function i18n(value: string): Value {
  return { kind: 'i18n', value };
}
function texts(value: readonly string[]): Value {
  return { kind: 'texts', value };
}
function int32(...value: readonly number[]): Value {
  return { kind: 'int32', value };
}

/** What `file` looks at; rpm itself only wants it to be there. */
function lead({ name, version }: Made): Buffer {
  const bytes = Buffer.alloc(96);
  Buffer.from('edabeedb0300', 'hex').copy(bytes);
  bytes.writeUInt16BE(1, 8);
  bytes.write(`${name}-${version}`.slice(0, 65), 10);
  bytes.writeUInt16BE(1, 76);
  bytes.writeUInt16BE(5, 78);
  return bytes;
}

/** cpio(5), the new format; empty files and the entry that ends them. */
function cpio(files: readonly string[]): Buffer {
  const hex = (...numbers: readonly number[]) => numbers.map((one) => one.toString(16).padStart(8, '0')).join('');
  const one = (path: string, inode: number, mode: number) => {
    const head = `070701${hex(inode, mode, 0, 0, 1, TIME, 0, 0, 0, 0, 0, path.length + 1, 0)}${path}\0`;
    return head.padEnd(Math.ceil(head.length / 4) * 4, '\0');
  };
  const entries = files.map((file, at) => one(`./${file}`, at + 1, 0o100644));
  return Buffer.from([...entries, one('TRAILER!!!', 0, 0)].join(''));
}
