import type { Secret } from '#core/criteria/facts.ts';
import type { Change } from '#core/environment/system.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';

const KEY = '^-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----';
// An assignment with a value that is no placeholder; comments do not count.
const PASSWORD =
  '^[[:space:]]*[A-Za-z_.-]*(passwd|password|passphrase|rootpw)[[:space:]]*[=:][[:space:]]*["\']?[^[:space:]"\'<$%{#*]{4,}';
const SIZE_LIMIT = 1_000_000;
/** Programs and libraries hold such words as data. */
const PROGRAM = /^\/(usr\/)?(s?bin|lib(64|exec)?)\//;

/** Among files that changed and that everyone may read, and in the journal. */
export async function findSecrets(system: ThrowAwaySystem, changes: readonly Change[]): Promise<Secret[]> {
  const journal = await inJournal(system);
  const readable = changes.filter(({ kind, type, mode, size, path }) => {
    return kind !== 'removed' && type === 'file' && (mode & 0o004) !== 0 && size < SIZE_LIMIT && !PROGRAM.test(path);
  });
  if (readable.length === 0) return journal;
  const input = readable.map(({ path }) => path).join('\0');
  const search = async (pattern: string, what: Secret['what'], ...more: string[]): Promise<Secret[]> => {
    const grep = [
      'xargs',
      '-0',
      '-r',
      'grep',
      '--files-with-matches',
      '--null',
      '--no-messages',
      ...more,
      '-E',
      '-e',
      pattern,
      '--',
    ];
    const { stdout } = await system.run(grep, { input });
    return stdout.split('\0').flatMap((path) => (path === '' ? [] : [{ path, what }]));
  };
  const keys = await search(KEY, 'private key', '-a');
  return [...keys, ...(await search(PASSWORD, 'password', '-I', '-i')), ...journal];
}

// What a service writes to the journal goes to central logs and to everyone in the group that may read them.
const JOURNAL = `journalctl --boot --no-pager --output=cat 2>/dev/null > /dev/shm/umd-journal || exit 0
grep -aqE -e "$1" /dev/shm/umd-journal && echo key
grep -aiqE -e "$2" /dev/shm/umd-journal && echo password
rm -f /dev/shm/umd-journal`;

async function inJournal(system: ThrowAwaySystem): Promise<Secret[]> {
  if (!system.abilities.services) return [];
  const { stdout } = await system.run(['sh', '-c', JOURNAL, 'journal', KEY, PASSWORD]);
  return [
    ...(stdout.includes('key\n') ? [{ path: 'the journal', what: 'private key' as const }] : []),
    ...(stdout.includes('password\n') ? [{ path: 'the journal', what: 'password' as const }] : []),
  ];
}
