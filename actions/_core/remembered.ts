/** One answer for each owner and key, as long as the owner lives: for answers that cannot change, such as those about a commit. */
export function rememberedBy<T>(): (owner: object, key: string, make: () => T) => T {
  const known = new WeakMap<object, Map<string, T>>();
  return (owner, key, make) => {
    const answers = known.get(owner) ?? new Map<string, T>();
    known.set(owner, answers);
    if (answers.has(key)) return answers.get(key) as T;
    const made = make();
    answers.set(key, made);
    return made;
  };
}
