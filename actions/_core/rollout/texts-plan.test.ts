import { expect, test } from 'vitest';
import type { Distribution } from '#core/distribution/distribution.ts';
import type { Source } from '#core/texts/parts.ts';
import { areTextsReady, planTexts, type TextsFacts, textsFaults } from './texts-plan.ts';

const VOMS = 'INFN.voms.debian-12.amd64-2.1.0';
const BDII = 'INFN.bdii.debian-12.amd64-6.0.0';
const FILE = 'releases/umd/5/umd-5.1.0.yml';
const umd = { distribution: 'umd', title: 'UMD', contact: 'umd@egi.example' } as Distribution;
const source = (ppa: string): Source => ({
  lock: {
    ...{ ppa, product: ppa.split('.')[1] ?? '', provider: 'INFN', version: '2.1.0', type: 'minor', packages: [] },
    release: 'releases/umd/5/INFN/x-2.1.0',
  },
});
const facts: TextsFacts = {
  ...{ lane: { distribution: 'umd', major: 5 }, version: '5.1.0', fresh: [VOMS], commit: 'a'.repeat(40) },
  sources: [source(VOMS)],
};
const plan = (change: Partial<TextsFacts>) => planTexts({ ...facts, ...change }, umd);
const kinds = (change: Partial<TextsFacts>) => plan(change).map(({ kind }) => kind);
const drafted = plan({}).flatMap((effect) => (effect.kind === 'put-file' ? [effect.text ?? ''] : []))[0] ?? '';
const finished = drafted.replace(/\[to be written: [^\]]*\]/, 'A quiet release.');

test('they are drafted on a branch of their own and proposed once', () => {
  expect(kinds({})).toEqual(['open-branch', 'put-file', 'open-pull']);
  expect(plan({})[1]).toMatchObject({ branch: 'texts/umd-5.1.0', path: FILE });
  expect(plan({})[2]).toMatchObject({ base: 'candidate', title: 'Texts of umd-5.1.0' });
  expect(kinds({ pull: 9, branch: drafted })).toEqual([]);
  expect(kinds({ pull: 9, branch: finished })).toEqual([]);
  expect(kinds({ candidate: finished, branch: finished })).toEqual([]);
});

test('what comes into the candidate later is added where a person works on them, or proposed again', () => {
  const more = { fresh: [VOMS, BDII], sources: [source(VOMS), source(BDII)] };
  expect(kinds({ ...more, pull: 9, branch: finished })).toEqual(['put-file']);
  expect(kinds({ ...more, candidate: finished, branch: finished })).toEqual(['open-branch', 'put-file', 'open-pull']);
  const [, put] = plan({ ...more, candidate: finished });
  expect(put?.kind === 'put-file' ? put.text : '').toContain('A quiet release.');
});

test('a closed pull request loses nobody’s words; what cannot be read is left to a person', () => {
  const [, put] = plan({ branch: finished });
  expect(put?.kind === 'put-file' ? put.text : '').toContain('A quiet release.');
  expect(kinds({ pull: 9, branch: 'texts: [' })).toEqual([]);
});

test.each([
  [undefined, [VOMS], [`The texts of the release (${FILE}) are not there.`]],
  [finished, [VOMS], []],
  [finished, [VOMS, BDII], [`${FILE} does not speak of ${BDII}.`]],
  [finished, [], [`${FILE} speaks of what is not in the release: ${VOMS}.`]],
  [finished.replace('umd@egi.example', "''"), [VOMS], [`${FILE}: texts.contact must match pattern "\\S".`]],
])('texts that are not ready are told apart', (text, fresh, sentences) => {
  expect(textsFaults(FILE, text, fresh)).toEqual(sentences);
  expect(areTextsReady({ ...facts, fresh, ...(text === undefined ? {} : { candidate: text }) })).toBe(
    sentences.length === 0,
  );
});

test('an untouched placeholder is no text', () => {
  expect(textsFaults(FILE, drafted, [VOMS])).toEqual([
    `${FILE}: Description still says "[to be written: what this release is about, in two or three sentences]".`,
  ]);
});
