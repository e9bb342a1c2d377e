import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lostSince } from '#core/criteria/history.ts';
import { readCriteria } from './criteria.ts';
import { formerLists } from './criteria-history.ts';

/** A checkout of its own with real Git. */
const root = mkdtempSync(join(tmpdir(), 'criteria-history-'));
afterAll(() => rmSync(root, { recursive: true }));
const env = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
const git = (...args: string[]) =>
  execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    env,
    stdio: 'pipe',
  });
const lost = async () => {
  const criteria = await readCriteria(root);
  return (await formerLists(root)).flatMap(({ at, files }) => lostSince(at, files, criteria));
};

test('what a release had cannot be taken out of catalogue and list together', async () => {
  cpSync(resolve(import.meta.dirname, '../../criteria'), join(root, 'criteria'), { recursive: true });
  expect(await formerLists(root)).toEqual([]); // nothing to compare with: whoever asks has to say so
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'one');
  expect(await lost()).toEqual([]);
  git('tag', 'umd-5.0.0');
  git('tag', 'not-a-release');
  expect(await lost()).toEqual([]);
  // Out of the catalogue, of its profile and of the list: in this tree nothing is amiss.
  for (const path of ['catalogue/msg.yml', 'profiles/messaging.yml', 'released/2.0.yml'])
    writeFileSync(
      join(root, 'criteria', path),
      without(readFileSync(join(root, 'criteria', path), 'utf8'), 'MSG_QUEUE_2'),
    );
  expect((await lost())?.map(({ sentence }) => sentence)).toEqual([
    'MSG_QUEUE_2 was in version 2.0 at umd-5.0.0 and is out of its list.',
    'MSG_QUEUE_2 of umd-5.0.0 has vanished.',
  ]);
  // Before the first release it is the history that tells.
  git('tag', '--delete', 'umd-5.0.0');
  git('commit', '--quiet', '--all', '--message', 'two');
  const [first] = (await formerLists(root)).slice(-1);
  expect((await lost()).map(({ sentence }) => sentence)).toContain(`MSG_QUEUE_2 of ${first?.at} has vanished.`);
  git('tag', 'umd-5.0.0', 'HEAD~1');
  const criteria = await readCriteria(root);
  const [former] = await formerLists(root);
  const released = new Map([...criteria.released].filter(([version]) => version !== '1.0'));
  expect(lostSince('umd-5.0.0', former?.files ?? [], { ...criteria, released })[0]?.sentence).toBe(
    'Version 1.0, released with umd-5.0.0, has no list any more.',
  );
  // This one is seen in the tree alone, too.
  rmSync(join(root, 'criteria/released/1.0.yml'));
  await expect(readCriteria(root)).rejects.toThrow('Version 1.0 is DEPRECATED and its list of criteria is not there.');
}, 30_000);

/** A criterion's record, and every mention of it. */
function without(text: string, id: string): string {
  return text
    .replace(new RegExp(`  - id: ${id}\\n(?:    .*\\n|\\n)*`), '')
    .replaceAll(new RegExp(`^ *- ${id}\\n`, 'gm'), '')
    .replaceAll(new RegExp(`,? *${id}\\b`, 'g'), '')
    .replaceAll('[,', '[');
}
