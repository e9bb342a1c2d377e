import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { parseCalendar } from '#core/calendar/calendar.ts';
import { parseEarlyAdopters } from '#core/rollout/early-adopters.ts';
import { isManaged } from '#core/rollout/requests.ts';
import { STATES, stateLabel } from '#core/rollout/state.ts';
import { TRIAGE } from '#core/rollout/ticket.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const labels = load(read('.github/labels.yml')) as { name: string; color: string; description: string }[];

test('the label file holds every state and besides those that the reconciler keeps only those of issues', () => {
  const names = labels.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(STATES.map(stateLabel)));
  const ofIssues = [TRIAGE, 'Priority: urgent', 'Priority: top', 'ReleaseChecklist', 'QualityCriteria'];
  expect(names.filter((name) => !isManaged(name)).sort()).toEqual(ofIssues.sort());
  expect(new Set(names).size).toBe(names.length);
});

test('the forge takes them: 50 characters, 100 of description, six hexadecimal digits', () => {
  for (const { name, color, description } of labels) {
    expect(name.length).toBeLessThanOrEqual(50);
    expect(description.length).toBeLessThanOrEqual(100);
    expect(color).toMatch(/^[0-9a-f]{6}$/);
  }
});

test('calendar and early adopters of the release repo can be read', () => {
  expect(parseCalendar(read('releases/calendar.yml')).faults).toEqual([]);
  expect(parseEarlyAdopters(read('releases/early-adopters.yml')).faults).toEqual([]);
});
