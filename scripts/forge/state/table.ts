/** One kind of record, by key, in the order of arrival. Rows are plain JSON and never changed in place: put a new one. */
export class Table<Row extends object> {
  readonly #rows = new Map<string, Row>();
  readonly #indexes: Index<Row>[] = [];
  readonly #wrote: (key: string, row: Row | null) => void;

  /** @param wrote told of every change, for the journal. */
  constructor(wrote: (key: string, row: Row | null) => void) {
    this.#wrote = wrote;
  }

  get(key: string | number): Row | undefined {
    return this.#rows.get(String(key));
  }

  values(): Row[] {
    return [...this.#rows.values()];
  }

  put(key: string | number, row: Row): Row {
    this.replay(String(key), row);
    this.#wrote(String(key), row);
    return row;
  }

  /** The row with some fields changed. @throws Error when there is no such row: the caller has just read it. */
  patch(key: string | number, change: Partial<Row>): Row {
    const row = this.get(key);
    if (row === undefined) throw new Error(`No row ${key}.`);
    return this.put(key, { ...row, ...change });
  }

  delete(key: string | number): void {
    if (!this.#rows.has(String(key))) return;
    this.replay(String(key), null);
    this.#wrote(String(key), null);
  }

  /** As `put` and `delete`, without telling the journal. */
  replay(key: string, row: Row | null): void {
    const old = this.#rows.get(key);
    for (const index of this.#indexes) index.move(key, old, row ?? undefined);
    if (row === null) this.#rows.delete(key);
    else this.#rows.set(key, row);
  }

  /** Rows by a value computed from them. Declared before the first row. */
  index(of: (row: Row) => string | number): (value: string | number) => Row[] {
    const index = this.#indexed(of);
    return (value) => index.rows(String(value));
  }

  /** As `index`, for those who only want to know how many. */
  tally(of: (row: Row) => string | number): (value: string | number) => number {
    const index = this.#indexed(of);
    return (value) => index.count(String(value));
  }

  #indexed(of: (row: Row) => string | number): Index<Row> {
    const index = new Index(of);
    this.#indexes.push(index);
    return index;
  }
}

class Index<Row> {
  readonly #of: (row: Row) => string | number;
  readonly #shelves = new Map<string, Map<string, Row>>();

  constructor(of: (row: Row) => string | number) {
    this.#of = of;
  }

  rows(value: string): Row[] {
    return [...(this.#shelves.get(value)?.values() ?? [])];
  }

  count(value: string): number {
    return this.#shelves.get(value)?.size ?? 0;
  }

  move(key: string, from: Row | undefined, to: Row | undefined): void {
    const [before, after] = [from, to].map((row) => (row === undefined ? undefined : String(this.#of(row))));
    if (before !== undefined && before !== after) this.#shelves.get(before)?.delete(key);
    if (after === undefined || to === undefined) return;
    const shelf = this.#shelves.get(after) ?? new Map<string, Row>();
    this.#shelves.set(after, shelf.set(key, to));
  }
}
