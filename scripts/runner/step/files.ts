import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = {
  output: 'GITHUB_OUTPUT',
  env: 'GITHUB_ENV',
  path: 'GITHUB_PATH',
  state: 'GITHUB_STATE',
  summary: 'GITHUB_STEP_SUMMARY',
} as const;

export type Said = {
  output: Record<string, string>;
  env: Record<string, string>;
  path: string[];
  state: Record<string, string>;
  summary: string;
};

/** `NAME=value` lines and `NAME<<DELIMITER` blocks. @throws Error with GitHub's words for a line that is neither. */
export function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as string;
    if (line === '') continue;
    const [equals, heredoc] = [line.indexOf('='), line.indexOf('<<')];
    if (heredoc > 0 && (equals === -1 || heredoc < equals)) {
      const [name, delimiter] = [line.slice(0, heredoc), line.slice(heredoc + 2)];
      const end = lines.indexOf(delimiter, at + 1);
      if (delimiter === '' || end === -1) {
        throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      }
      pairs[name] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else if (equals > 0) pairs[line.slice(0, equals)] = line.slice(equals + 1);
    else throw new Error(`Invalid format '${line}'`);
  }
  return pairs;
}

/** The five files a step may write to, empty, and how to read them afterwards. */
export function openStepFiles(temp: string): { env: Record<string, string>; read: () => Said } {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const id = randomUUID();
  const file = (name: string) => join(folder, `${name}_${id}`);
  for (const name of Object.keys(NAMES)) writeFileSync(file(name), '');
  const text = (name: keyof typeof NAMES) => readFileSync(file(name), 'utf8');
  return {
    env: Object.fromEntries(Object.entries(NAMES).map(([name, variable]) => [variable, file(name)])),
    read: () => ({
      output: parsePairs(text('output')),
      env: parsePairs(text('env')),
      path: text('path')
        .split(/\r?\n/)
        .filter((line) => line !== ''),
      state: parsePairs(text('state')),
      summary: text('summary'),
    }),
  };
}
