import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { soundOf } from '#core/yaml.ts';
import { imageDigest, imageFolder, parseImage } from './image.ts';
import { type Change, changedSince } from './system.ts';

const names = readdirSync('repos/images').map((file) => file.replace('.yml', ''));
const read = (name: string) => readFileSync(`repos/images/${name}.yml`, 'utf8');

test.each(names)('image %s is described soundly', (name) => {
  const image = soundOf(parseImage(name, read(name)));
  expect(imageFolder(image)).toMatch(new RegExp(`^${name}-[0-9a-f]{12}$`));
});

test('the digest is of what is built: not of comments and order, but of every package', () => {
  const text = 'title: x\nbuild: mmdebstrap\nsuite: bookworm\narch: amd64\npackages: [dbus, gpg]\n';
  const digest = (changed: string) => imageDigest(soundOf(parseImage('x', changed)));
  expect(digest(`# why\n${text.split('\n').reverse().join('\n')}`)).toBe(digest(text));
  expect(digest(text.replace(', gpg', ''))).not.toBe(digest(text));
});

test('faults come all at once', () => {
  const { faults } = parseImage(
    'x',
    'title: x\nbuild: docker\nsuite: Bookworm\narch: amd64\npackages: ["--include"]\n',
  );
  expect(faults.map(({ where }) => where?.line)).toEqual([2, 3, 5]);
  expect(faults.every(({ code }) => code === 'IMAGE_INVALID')).toBe(true);
});

test('what changed since: new paths and other permissions; a folder is not another for its size', () => {
  const at = (path: string, more: Partial<Change> = {}): Change => {
    return { kind: 'added', path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, ...more };
  };
  const before = [at('/a'), at('/b'), at('/d', { type: 'directory', size: 60 })];
  const after = [at('/a'), at('/b', { mode: 0o666 }), at('/c'), at('/d', { type: 'directory', size: 80 })];
  expect(changedSince(before, after).map(({ path }) => path)).toEqual(['/b', '/c']);
});
