import { expect, test } from 'vitest';
import { parseCommand } from './commands.ts';
import { parsePairs } from './files.ts';
import { openMasks } from './masks.ts';

test('environment files: pairs, heredocs, and GitHub’s words for what is neither', () => {
  expect(parsePairs('a=1\nb=x=y\n\nc<<EOF\none\n=two\nEOF\nd=\n')).toEqual({ a: '1', b: 'x=y', c: 'one\n=two', d: '' });
  expect(parsePairs('url=http://x?a<<b')).toEqual({ url: 'http://x?a<<b' });
  expect(() => parsePairs('just words')).toThrow("Invalid format 'just words'");
  expect(() => parsePairs('a<<EOF\nnever')).toThrow("Matching delimiter not found 'EOF'");
});

test('workflow commands: properties and escapes as the toolkit writes them', () => {
  expect(parseCommand('::error file=a%2Cb.ts,line=1,title=x%3Ay::100%25%0Adone')).toEqual({
    name: 'error',
    properties: { file: 'a,b.ts', line: '1', title: 'x:y' },
    value: '100%\ndone',
  });
  expect(parseCommand('::group::My group')).toMatchObject({ name: 'group', value: 'My group' });
  for (const line of ['plain', 'a ::error::x', '::not a command', ':: ::']) expect(parseCommand(line)).toBeUndefined();
});

test('a mask hides a secret also as JSON, URL and base64 write it', () => {
  const masks = openMasks();
  masks.add('s3 cr"t');
  expect(masks.hide('s3 cr"t s3 cr\\"t s3%20cr%22t czMgY3IidA== other')).toBe('*** *** *** *** other');
  masks.add('');
  expect(masks.hide('untouched')).toBe('untouched');
});
