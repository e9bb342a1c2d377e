import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BUILT_IN, FEATURES } from './features.ts';
import { readWorkflow } from './workflow/read.ts';

/** The keys GitHub's own schema knows, as published with its parser. */
const schema = JSON.parse(
  readFileSync(
    join(import.meta.dirname, '../../node_modules/@actions/workflow-parser/dist/workflow-v1.0.min.json'),
    'utf8',
  ),
) as { definitions: { [name: string]: { mapping?: { properties?: object } } } };
const keys = (definition: string) => Object.keys(schema.definitions[definition]?.mapping?.properties ?? {});
const named = (prefix: string, ...definitions: string[]) =>
  [...new Set(definitions.flatMap(keys))].map((key) => prefix + key);

const KNOWN = [
  ...named('', 'workflow-root'),
  ...named('on.', 'on-mapping-strict'),
  ...named('jobs.', 'job-factory', 'workflow-job'),
  ...named('steps.', 'run-step', 'regular-step', 'wait-step', 'wait-all-step', 'cancel-step', 'parallel-step'),
];

test('every key of GitHub’s schema has its standing, and no other is claimed', () => {
  expect(KNOWN.length).toBeGreaterThan(70);
  const said = FEATURES.map(({ name }) => name);
  expect(KNOWN.filter((key) => !said.includes(key))).toEqual([]);
  const below = ['on.schedule.timezone', 'jobs.environment.url', 'jobs.environment.deployment', 'jobs.runs-on.group'];
  expect(said.filter((name) => !KNOWN.includes(name)).sort()).toEqual(below.sort());
  expect(new Set(said).size).toBe(said.length);
});

/** A workflow that uses the key. */
function using(name: string): string {
  const [level, key = '', deeper] = name.split('.') as [string, string, string?];
  const values: { [key: string]: string } = {
    wait: '[a]',
    'wait-all': 'true',
    cancel: 'a',
    parallel: '[{ run: echo }]',
    background: 'true',
    services: '{ db: { image: x } }',
    snapshot: 'image',
  };
  const job = (extra: string, runsOn = 'x') => `jobs:\n  j:\n    runs-on: ${runsOn}\n${extra}`;
  const steps = '    steps: [{ run: echo }]\n';
  if (name === 'on.schedule.timezone') {
    return `on: { schedule: [{ cron: '0 0 * * *', timezone: Europe/Madrid }] }\n${job(steps)}`;
  }
  if (level === 'on') return `on: [${key}]\n${job(steps)}`;
  if (deeper === 'group') return `on: push\n${job(steps, '{ group: g }')}`;
  if (level === 'jobs') return `on: push\n${job(`    ${key}: ${values[key] ?? 'x'}\n${steps}`)}`;
  const run = ['background'].includes(key) ? 'run: echo, ' : '';
  return `on: push\n${job(`    steps: [{ run: echo, id: a }, { ${run}${key}: ${values[key]} }]\n`)}`;
}

test.each(FEATURES.filter(({ standing }) => standing === 'refused').map(({ name, note }) => [name, note]))(
  '%s is refused by name',
  async (name, note) => {
    const { faults } = await readWorkflow('w.yml', using(name));
    const key = name.split('.').at(-1);
    // some are so new that GitHub's parser itself does not take them yet
    const refusals = [`${key} is not supported by this runner: ${note}`, `Unexpected value '${key}'`];
    expect(refusals.some((words) => faults.join('\n').includes(words))).toBe(true);
  },
);

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** What the README shows between its marks. */
function tables(): string {
  const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  const rows = new Map<string, string[]>();
  for (const { name, standing, note } of FEATURES) {
    const key = `${standing} | ${note}`;
    rows.set(key, [...(rows.get(key) ?? []), `\`${name}\``]);
  }
  return [
    row(['key', 'standing', 'how']),
    row(['---', '---', '---']),
    ...[...rows].map(([key, names]) => row([names.join(', '), ...key.split(' | ')])),
    '',
    row(['built-in action', 'inputs', 'ignored', 'refused']),
    row(['---', '---', '---', '---']),
    ...Object.entries(BUILT_IN).map(([name, { supported, ignored, refused }]) =>
      row([`\`${name}\``, list(supported), list(ignored), list(refused)]),
    ),
  ].join('\n');
}

test('the README’s tables are these', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const shown = /<!-- features -->\n([\s\S]*?)\n<!-- \/features -->/.exec(readme)?.[1];
  expect(shown).toBe(tables());
});
