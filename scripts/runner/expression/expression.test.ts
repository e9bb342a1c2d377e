import { expect, test } from 'vitest';
import { evaluate, type Scope } from './evaluate.ts';
import { condition, fill, fillText, pieces } from './template.ts';

const scope: Scope = {
  contexts: {
    github: { ref: 'refs/heads/main', event: { labels: [{ name: 'a' }, { name: 'b' }], n: 5 } },
    env: { Name: 'x' },
    inputs: { 'runs-on': '["x","y"]', flag: false },
    needs: { build: { result: 'success', outputs: { v: '1' } } },
  },
  status: { success: true, failure: false, cancelled: false },
  hashFiles: (patterns) => `hash of ${patterns.join('+')}`,
};
const failed: Scope = { ...scope, status: { success: false, failure: true, cancelled: false } };

/** Expected values after GitHub's "Evaluate expressions in workflows and actions". */
test.each<[string, unknown]>([
  ["contains('Hello world', 'WORLD')", true],
  ['contains(fromJSON(\'["push", "pull_request"]\'), \'push\')', true],
  ["contains(github.event.labels.*.name, 'b')", true],
  ["startsWith(github.ref, 'refs/heads/')", true],
  ["endsWith('abc', 'BC')", true],
  ["format('{{Hello {0} {1}}}', 'Mona', 2)", '{Hello Mona 2}'],
  ["join(github.event.labels.*.name, ', ')", 'a, b'],
  ['toJSON(github.event.labels[0])', '{\n  "name": "a"\n}'],
  ['fromJSON(inputs.runs-on)', ['x', 'y']],
  ["hashFiles('a', 'b/**')", 'hash of a+b/**'],
  ["'' || 'default'", 'default'],
  ["github.event.n > 4 && 'big' || 'small'", 'big'],
  ['github.event.missing.deeper', null],
  ["'A' == 'a'", true],
  ["'' == 0", true],
  ['null == false', true],
  ['env.NAME', 'x'],
  ["needs['build'].outputs.v == 1", true],
  ['!inputs.flag', true],
  ["'it''s ''quoted'''", "it's 'quoted'"], // the lexer alone unescapes only the first
])('%s', (text, value) => {
  expect(evaluate(text, scope)).toEqual(value);
});

test('a function or context GitHub does not have is an error', () => {
  expect(() => evaluate('shout(1)', scope)).toThrow("Unrecognized function: 'shout'");
  expect(() => evaluate('nowhere.x', scope)).toThrow("Unrecognized named-value: 'nowhere'");
});

test('expressions are cut out of text with respect to quotes', () => {
  expect(pieces("a ${{ format('{0}}}', 1) }} b ${{ x }}")).toEqual([
    { kind: 'text', text: 'a ' },
    { kind: 'expression', text: "format('{0}}}', 1)" },
    { kind: 'text', text: ' b ' },
    { kind: 'expression', text: 'x' },
  ]);
  expect(() => pieces('${{ open')).toThrow('not closed');
});

test('one expression keeps its type, within text it becomes text', () => {
  expect(fill('${{ inputs.flag }}', scope)).toBe(false);
  expect(fill('n=${{ github.event.n }}', scope)).toBe('n=5');
  expect(fillText('${{ github.event.missing }}|${{ inputs.flag }}|${{ github.event.labels }}', scope)).toBe(
    '|false|Array',
  );
  expect(fill(30, scope)).toBe(30);
});

test('a condition asks success() unless it asks a status function itself', () => {
  expect(condition("github.ref == 'refs/heads/main'", scope)).toBe(true);
  expect(condition("github.ref == 'refs/heads/main'", failed)).toBe(false);
  expect(condition("always() && github.ref == 'refs/heads/main'", failed)).toBe(true);
  expect(condition('${{ failure() }}', failed)).toBe(true);
  expect(condition('!cancelled()', failed)).toBe(true);
  expect(condition(undefined, failed)).toBe(false);
  expect(condition(false, scope)).toBe(false);
  expect(condition("contains('always()', 'x')", failed)).toBe(false); // the word in a string asks nothing
});
