import { expect, test } from 'vitest';
import { markdown } from './markdown.ts';

const shown = (text: string) => String(markdown(text, 'umd/release'));

test('HTML of strangers is shown, never obeyed', () => {
  expect(shown('<script>alert(1)</script>')).not.toContain('<script');
  expect(shown('a <img src=x onerror=alert(1)> b')).not.toContain('<img');
  expect(shown('[x](javascript:alert(1))')).not.toContain('href');
  expect(shown('![x](https://umd.example/x.png)')).not.toContain('<img');
});

test('marker comments vanish, small print and tables are shown', () => {
  expect(shown('<!-- provisioning head=1 -->\ntext').trim()).toBe('<p>text</p>');
  expect(shown('<sub>small</sub>')).toContain('<sub>small</sub>');
  expect(shown('| a |\n|---|\n| b |')).toContain('<td>b</td>');
});

test('numbers become links, but not in code', () => {
  expect(shown('see #12')).toContain('<a href="/umd/release/issues/12">#12</a>');
  expect(shown('`/waiting #12`')).not.toContain('<a ');
});
