import { expect, test } from 'vitest';
import { parsePublishedState } from './published.ts';
import { readStateText, renderState, type StateText, stateOfObjects } from './state-text.ts';

const head = (id: string) => ({
  ...({ id, area: 'untested', lane: 'umd-5', os: 'al9', arch: 'x86_64', part: '', format: 'rpm' } as const),
  ...{ path: `sw/untested/${id}`, snapshot: 'a'.repeat(64) },
});
const row = (name: string) =>
  `,{"name":"${name}","version":"1","arch":"noarch","sha256":"${'b'.repeat(64)}","ppa":"P"}\n`;
const state: StateText = {
  ...{ generatedAt: '2026-03-01T00:00:00.000Z', publicUrl: 'https://repo.example', signer: 'F', rendering: 2 },
  shown: [
    { head: head('a'), listing: '' },
    { head: head('b'), listing: row('storm') + row('voms') },
    { head: head('c'), listing: row('bdii') },
  ],
};

test('state.json is JSON for everybody, and its writer reads it again as text', () => {
  const text = renderState(state);
  const parsed = parsePublishedState(text);
  expect(parsed.repositories.map(({ packages }) => packages.map(({ name }) => name))).toEqual([
    [],
    ['storm', 'voms'],
    ['bdii'],
  ]);
  expect(readStateText(text)).toEqual(state);
  expect(readStateText(renderState({ ...state, shown: state.shown.slice(0, 1) }))?.shown).toHaveLength(1);
});

test('another layout of the same state is read by its objects; a broken one not by lines', () => {
  const text = JSON.stringify(JSON.parse(renderState(state)), null, 1);
  expect(readStateText(text)).toBeUndefined();
  expect(stateOfObjects(parsePublishedState(text)).shown).toEqual(state.shown);
  for (const broken of [renderState(state).slice(0, -1), renderState(state).replace(']}\n,', ']}\n'), '{}', ''])
    expect(readStateText(broken)).toBeUndefined();
});
