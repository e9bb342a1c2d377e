import { birthLabels } from '#core/intake/pull-request.ts';
import { parseLockPath } from '#core/ppa/folder.ts';
import { parseLock } from '#core/ppa/lock.ts';
import { type PpaId, ppaBranch } from '#core/ppa/ppa.ts';
import { type ForgeAccess, textAt } from '#shell/github.ts';
import type { Head } from '#shell/intake-forge.ts';
import { readHead } from '#shell/intake-forge.ts';
import { addLabels } from '#shell/intake-open.ts';

/** Gives PPAs their labels that a killed run left without; the lock on their branch says which. */
export async function relabel(
  naked: readonly { readonly pull: number; readonly id: PpaId; readonly emergency: boolean }[],
  { forge, say }: { forge: ForgeAccess; say: (line: string) => void },
): Promise<void> {
  for (const { pull, id, emergency } of naked) {
    const branch = ppaBranch(id);
    const place = lockOn(await readHead(forge, branch), id);
    const lock = place && parseLock((await textAt(forge, place.path, branch)) ?? '', { file: place.path }).value;
    if (lock === undefined) continue;
    await addLabels(forge, pull, birthLabels(lock, place?.major ?? 0, emergency));
    say(`#${pull} ${lock.ppa}: labels added`);
  }
}

function lockOn({ files }: Head, id: PpaId): { path: string; major: number } | undefined {
  return files
    .flatMap(({ path }) => {
      const place = parseLockPath(path);
      return place === undefined ? [] : [{ path, ...place, major: place.lane.major }];
    })
    .find(({ product, os, arch }) => product === id.product && os === id.os && arch === id.arch);
}
