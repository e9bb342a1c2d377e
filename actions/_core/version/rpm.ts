/**
 * Which of two rpm versions `[epoch:]version[-release]` is newer: -1, 0 or 1 (for `left` older, the same, newer). As rpm's own
 * rpmvercmp: segments of digits or letters; `~` sorts before the end, `^` behind it but before any other continuation. The one
 * without a release is older than the one with it.
 */
export function compareRpm(left: string, right: string): -1 | 0 | 1 {
  const [a, b] = [partsOf(left), partsOf(right)];
  return (
    compareSegments(a.epoch, b.epoch) || compareSegments(a.version, b.version) || compareSegments(a.release, b.release)
  );
}

function partsOf(text: string): { epoch: string; version: string; release: string } {
  const [, epoch = '0', rest = text] = /^(\d+):(.*)$/s.exec(text) ?? [];
  const cut = rest.lastIndexOf('-');
  return cut === -1
    ? { epoch, version: rest, release: '' }
    : { epoch, version: rest.slice(0, cut), release: rest.slice(cut + 1) };
}

/** rpmio/rpmvercmp.c, step by step. */
function compareSegments(left: string, right: string): -1 | 0 | 1 {
  let [a, b] = [left, right];
  while (a !== '' || b !== '') {
    [a, b] = [a.replace(/^[^A-Za-z0-9~^]+/, ''), b.replace(/^[^A-Za-z0-9~^]+/, '')];
    const special = compareSpecial(a, b);
    if (special === 'same') {
      [a, b] = [a.slice(1), b.slice(1)];
      continue;
    }
    if (special !== undefined) return special;
    if (a === '' || b === '') break;
    const kind = /^[0-9]/.test(a) ? /^[0-9]*/ : /^[A-Za-z]*/;
    const [one, two] = [kind.exec(a)?.[0] ?? '', kind.exec(b)?.[0] ?? ''];
    // Different kinds: the one with digits is newer.
    if (two === '') return /^[0-9]/.test(one) ? 1 : -1;
    const order = /^[0-9]/.test(one) ? compareNumbers(one, two) : compareText(one, two);
    if (order !== 0) return order;
    [a, b] = [a.slice(one.length), b.slice(two.length)];
  }
  return compareNumbers(a === '' ? '0' : '1', b === '' ? '0' : '1');
}

/** `same` when both begin with the same mark; undefined when none begins with one. */
function compareSpecial(a: string, b: string): 'same' | -1 | 1 | undefined {
  if (a.startsWith('~') || b.startsWith('~')) return a[0] === b[0] ? 'same' : a.startsWith('~') ? -1 : 1;
  if (!a.startsWith('^') && !b.startsWith('^')) return undefined;
  if (a[0] === b[0]) return 'same';
  if (a === '') return -1;
  if (b === '') return 1;
  return a.startsWith('^') ? -1 : 1;
}

/** Digits of any length, leading zeros ignored. */
function compareNumbers(left: string, right: string): -1 | 0 | 1 {
  const [a, b] = [left.replace(/^0+/, ''), right.replace(/^0+/, '')];
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return compareText(a, b);
}

function compareText(a: string, b: string): -1 | 0 | 1 {
  return a === b ? 0 : a < b ? -1 : 1;
}
