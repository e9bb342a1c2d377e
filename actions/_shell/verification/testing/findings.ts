import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findingsFolder } from '../findings-kept.ts';

const kept = () => (existsSync(findingsFolder()) ? readdirSync(findingsFolder()) : []);

/** @returns takes away what is kept from now on, so that the machine's own cache stays as it was */
export function watchFindings(): () => void {
  const before = kept();
  return () => {
    for (const name of kept().filter((each) => !before.includes(each)))
      rmSync(join(findingsFolder(), name), { force: true });
  };
}
