/** Characters of all texts that one function keeps; then it begins anew. */
const ROOM = 8_000_000;

/**
 * A pure function of a text (and of a second, shorter one) that remembers what it gave: within one run the same files are
 * read again and again. What it gives is shared, so it must not be changed.
 */
export function kept<T extends object | string>(make: (text: string, more: string) => T) {
  const known = new Map<string, Map<string, T>>();
  let held = 0;
  return (text: string, more = ''): T => {
    const found = known.get(more)?.get(text);
    if (found !== undefined) return found;
    if (held > ROOM) {
      known.clear();
      held = 0;
    }
    held += text.length + more.length;
    const made = make(text, more);
    known.set(more, (known.get(more) ?? new Map<string, T>()).set(text, made));
    return made;
  };
}
