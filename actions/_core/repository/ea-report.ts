import type { ClientFile } from './client-files.ts';

/**
 * `clients/ea-report`: what an early adopter runs after the update. POSIX shell with dpkg or rpm and nothing else; it
 * changes nothing on the site. Prints the comment, or posts it when UMD_TOKEN, UMD_API and UMD_PULL say where to.
 */
export const EA_REPORT: ClientFile = {
  key: 'clients/ea-report',
  text: `#!/bin/sh
# ea-report <PPA> <lock> <package>...: what is installed here of a PPA in staged rollout, as a comment for its pull request.
# UMD_OUTCOME=accept|reject and UMD_WORDS="..." fill it in; UMD_ISSUES="..." names issues that need not stop it.
# UMD_TOKEN=..., UMD_API=https://api.github.com/repos/umd/release and UMD_PULL=123 post it instead of printing it.
set -eu
[ $# -ge 3 ] || { echo 'usage: ea-report <PPA> <lock> <package>...' >&2; exit 2; }
ppa=$1 lock=$2
shift 2

version_of() {
  if command -v dpkg-query >/dev/null 2>&1 && dpkg-query -W -f '\${db:Status-Abbrev}\${Version}\\n' "$1" 2>/dev/null | grep '^ii' | sed 's/^ii *//' | head -n 1 | grep .; then return 0; fi
  if command -v rpm >/dev/null 2>&1; then
    rpm -q --qf '%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n' "$1" 2>/dev/null | grep -v 'not installed' | head -n 1
  fi
  return 0
}
found=''
for name in "$@"; do
  version=$(version_of "$name")
  [ -z "$version" ] || found="$found
package: $name $version"
done
[ -n "$found" ] || { echo "ea-report: no package of $ppa is installed here" >&2; exit 1; }
os=$( (. /etc/os-release 2>/dev/null && echo "$PRETTY_NAME") || uname -sr)
snapshot=$(cat /etc/apt/sources.list.d/*testing* /etc/yum.repos.d/*testing* 2>/dev/null | sed -n 's#.*/snapshots/\\([0-9a-f]\\{64\\}\\).*#\\1#p' | head -n 1)

text="/report \${UMD_OUTCOME:-accept} \${UMD_WORDS:-}
lock: $lock\${snapshot:+
snapshot: $snapshot}
os: $os$found\${UMD_ISSUES:+
issues: $UMD_ISSUES}"
if [ -z "\${UMD_TOKEN:-}" ]; then
  printf '%s\\n' "$text"
  exit 0
fi
: "\${UMD_API:?where to post: https://api.github.com/repos/umd/release}" "\${UMD_PULL:?number of the pull request}"
body=$(printf '%s' "$text" | sed 's/\\\\/\\\\\\\\/g; s/"/\\\\"/g; s/	/ /g' | awk '{ printf "%s%s", sep, $0; sep = "\\\\n" }')
printf 'header = "Authorization: Bearer %s"\\n' "$UMD_TOKEN" |
  curl -fsS -K - -H 'Content-Type: application/json' --data "{\\"body\\":\\"$body\\"}" "$UMD_API/issues/$UMD_PULL/comments" >/dev/null
echo "ea-report: posted to #$UMD_PULL"
`,
};
