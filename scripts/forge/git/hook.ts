import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a push may not do to one branch, asked by the `update` hook for each ref. `deny` refuses any change. */
export interface PushRule {
  readonly ref: string;
  readonly rule: 'deny' | 'no-force' | 'no-delete';
  readonly message: string;
}

/** Exit 1 refuses that one ref; the words reach the person who pushes. The old commit is known to have been there: both are at hand. */
const UPDATE = `#!/bin/sh
ref="$1" old="$2" new="$3" zero=0000000000000000000000000000000000000000
printf '%s\\n' "$FORGE_RULES" | while IFS='\t' read -r at rule message; do
  [ "$at" = "$ref" ] || continue
  case "$rule" in
    deny) ;;
    no-delete) [ "$new" = $zero ] || continue ;;
    no-force)
      if [ "$old" = $zero ] || [ "$new" = $zero ] || git merge-base --is-ancestor "$old" "$new"; then continue; fi ;;
  esac
  echo "error: GH006: Protected branch update failed for $ref." >&2
  echo "error: $message" >&2
  exit 1
done
`;

/** Writes the hook all repositories share. */
export function writeHooks(dir: string): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'update'), UPDATE, { mode: 0o755 });
  return dir;
}

/** One line a rule, for the hook's environment. */
export function renderRules(rules: readonly PushRule[]): string {
  return rules.map(({ ref, rule, message }) => [ref, rule, message.replace(/\s/g, ' ')].join('\t')).join('\n');
}
