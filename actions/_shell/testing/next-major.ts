import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A UMD 6 with criteria of its own beside: nothing of UMD 5 may be held to them. */
export function addNextMajor(criteria: string): void {
  const versions = readFileSync(join(criteria, 'versions.yml'), 'utf8');
  const six = "versions:\n  - {version: '1.5', state: FINAL, major: 6, date: 2026-04-01}\n";
  writeFileSync(join(criteria, 'versions.yml'), versions.replace('versions:\n', six));
  const list = readFileSync(join(criteria, 'released/1.0.yml'), 'utf8');
  writeFileSync(join(criteria, 'released/1.5.yml'), list.replace(/version: .*/, "version: '1.5'"));
}
