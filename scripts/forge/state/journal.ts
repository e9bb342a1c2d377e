import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Table } from './table.ts';

/** One change: table, key, row or null for gone, and the highest id given out so far. */
interface Line {
  readonly t: string;
  readonly k: string;
  readonly v: object | null;
  readonly n: number;
}

/** Tables kept in one append-only file of JSON lines. The last line of a key wins; a torn last line is left out. */
export class Journal {
  readonly #tables = new Map<string, Table<object>>();
  readonly #path: string;
  #file = -1;
  #lastId = 0;

  constructor(path: string) {
    this.#path = path;
  }

  table<Row extends object>(name: string): Table<Row> {
    const table = new Table<Row>((key, row) => this.#write({ t: name, k: key, v: row, n: this.#lastId }));
    this.#tables.set(name, table as unknown as Table<object>);
    return table;
  }

  /** A number never given before, whatever for: ids of different kinds cannot be mistaken for one another. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Reads the file, writes it anew with only the present rows, then appends to it. Call once all tables are declared. */
  open(): void {
    mkdirSync(dirname(this.#path), { recursive: true });
    const lines = existsSync(this.#path) ? this.#replay(readFileSync(this.#path, 'utf8').split('\n')) : [];
    writeFileSync(`${this.#path}.new`, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
    this.#file = openSync(this.#path, 'a', 0o600);
  }

  close(): void {
    if (this.#file >= 0) closeSync(this.#file);
    this.#file = -1;
  }

  #replay(texts: readonly string[]): string[] {
    const present = new Map<string, string>();
    for (const text of texts) {
      const line = parsed(text);
      if (line === undefined) continue;
      this.#tables.get(line.t)?.replay(line.k, line.v);
      this.#lastId = Math.max(this.#lastId, line.n);
      if (line.v === null) present.delete(`${line.t} ${line.k}`);
      else present.set(`${line.t} ${line.k}`, text);
    }
    return [...present.values(), JSON.stringify({ t: '', k: '', v: null, n: this.#lastId })];
  }

  #write(line: Line): void {
    if (this.#file >= 0) writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
