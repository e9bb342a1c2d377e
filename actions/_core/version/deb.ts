/**
 * Which of two Debian versions `[epoch:]upstream[-revision]` is newer: -1, 0 or 1 (for `left` older, the same, newer). Debian
 * policy 5.6.12: parts without digits compared letter by letter, letters before other characters, `~` before the end; parts
 * of digits as numbers. A missing revision is 0.
 */
export function compareDeb(left: string, right: string): -1 | 0 | 1 {
  const [a, b] = [partsOf(left), partsOf(right)];
  return compareNumbers(a.epoch, b.epoch) || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision);
}

function partsOf(text: string): { epoch: string; upstream: string; revision: string } {
  const [, epoch = '0', rest = text] = /^(\d+):(.*)$/s.exec(text) ?? [];
  const cut = rest.lastIndexOf('-');
  return cut === -1
    ? { epoch, upstream: rest, revision: '0' }
    : { epoch, upstream: rest.slice(0, cut), revision: rest.slice(cut + 1) };
}

function comparePart(left: string, right: string): -1 | 0 | 1 {
  let [a, b] = [left, right];
  while (a !== '' || b !== '') {
    const [one, two] = [/^[^0-9]*/.exec(a)?.[0] ?? '', /^[^0-9]*/.exec(b)?.[0] ?? ''];
    const order = compareLetters(one, two);
    if (order !== 0) return order;
    [a, b] = [a.slice(one.length), b.slice(two.length)];
    const [first, second] = [/^[0-9]*/.exec(a)?.[0] ?? '', /^[0-9]*/.exec(b)?.[0] ?? ''];
    const numbers = compareNumbers(first, second);
    if (numbers !== 0) return numbers;
    [a, b] = [a.slice(first.length), b.slice(second.length)];
  }
  return 0;
}

function compareLetters(left: string, right: string): -1 | 0 | 1 {
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = weight(left[at]) - weight(right[at]);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

/** `~` before the end, the end before letters, letters before everything else. */
function weight(char: string | undefined): number {
  if (char === undefined) return 0;
  if (char === '~') return -1;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
}

function compareNumbers(left: string, right: string): -1 | 0 | 1 {
  const [a, b] = [left.replace(/^0+/, ''), right.replace(/^0+/, '')];
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
