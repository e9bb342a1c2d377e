import { gunzipSync } from 'node:zlib';
import { command } from './command.ts';

/** About gzip-6's size at twice its speed (publishing.md, "Limits"); Node has it of its own from 22.15 on only. */
export function zstd(bytes: Uint8Array): Promise<Buffer> {
  return command('zstd', ['-3', '-q', '-c'], { input: bytes });
}

/** The open content of an index, by the ending of its name. */
export async function opened(bytes: Buffer, name: string): Promise<Buffer> {
  return name.endsWith('.zst') ? command('zstd', ['-d', '-q', '-c'], { input: bytes }) : gunzipSync(bytes);
}
