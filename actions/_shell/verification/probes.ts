import { programPaths } from '#core/criteria/checks/manual-pages.ts';
import type { Certificate, Content, PackageContent } from '#core/criteria/facts.ts';
import type { Change } from '#core/environment/system.ts';
import type { ThrowAwaySystem } from '#shell/environment/ports.ts';
import { watchStarvation } from '#shell/environment/starvation.ts';

/** What is asked of a system on which a product was installed and has run; each is one program inside it. */

const CERTIFICATE = /\.(pem|crt|cer|cert|0)$/;
/** Certificates and programs looked at, at most. */
const [CERTIFICATES, PROGRAMS] = [400, 20];

const CERTIFICATE_SCRIPT = `while IFS= read -r path; do
  openssl x509 -in "$path" -noout -text -certopt no_pubkey,no_extensions,no_sigdump,no_serial,no_validity 2>/dev/null |
    awk -v path="$path" '/Issuer:/ { sub(/.*Issuer: */, ""); i = $0 } /Subject:/ { sub(/.*Subject: */, ""); s = $0 }
      /Signature Algorithm:/ && a == "" { a = $3 } END { if (a != "") print a "\\t" (i == s) "\\t" path }'
done`;

export async function certificatesOf(system: ThrowAwaySystem, changes: readonly Change[]): Promise<Certificate[]> {
  const paths = changes
    .filter(
      ({ kind, type, size, path }) => kind !== 'removed' && type === 'file' && size < 100_000 && CERTIFICATE.test(path),
    )
    .map(({ path }) => path)
    .filter((path) => !path.includes('\n'));
  if (paths.length === 0) return [];
  const input = `${paths.slice(0, CERTIFICATES).join('\n')}\n`;
  const { stdout } = await system.run(['sh', '-c', CERTIFICATE_SCRIPT], { input });
  return stdout.split('\n').flatMap((line) => {
    const [signature, selfSigned, path] = line.split('\t');
    return signature === undefined || path === undefined ? [] : [{ signature, selfSigned: selfSigned === '1', path }];
  });
}

const UNIT = /^(\/usr)?\/lib\/systemd\/system\/(?<name>[^/]+\.(?:service|timer|socket|path|target))$/;
const UNIT_SCRIPT = `for unit; do
  printf 'unit %s %s\\n' "$unit" "$(systemctl show --property=LoadState --value -- "$unit")"
  systemd-analyze verify --man=no -- "$unit" 2>&1 | sed 's/^/said /'
done`;

/** Units that have something to be said about; a template is looked at as an instance of it. */
export async function unitsOf(system: ThrowAwaySystem, packages: readonly PackageContent[]): Promise<Content['units']> {
  const names = packages.flatMap(({ files }) => files.flatMap((path) => UNIT.exec(path)?.groups?.name ?? []));
  const instances = names.map((name) => name.replace(/@(?=\.)/, '@test'));
  if (instances.length === 0 || !system.abilities.services) return [];
  const { stdout } = await system.run(['sh', '-c', UNIT_SCRIPT, 'units', ...instances]);
  const all = stdout.split(/^unit /m).slice(1);
  return all.flatMap((block) => {
    const [head = '', ...lines] = block.split('\n');
    const [unit = '', state = ''] = head.split(' ');
    const said = lines.map((line) => line.slice('said '.length)).filter((line) => line !== '' && line.includes(unit));
    const loads = !/bad-setting|error/.test(state);
    return said.length === 0 && loads ? [] : [{ unit, said: said.join('\n'), loads }];
  });
}

/** Files with capabilities among what changed. */
export async function capabilitiesOf(system: ThrowAwaySystem, changes: readonly Change[]): Promise<string[]> {
  const programs = changes.filter(
    ({ kind, type, mode }) => kind !== 'removed' && type === 'file' && (mode & 0o111) !== 0,
  );
  if (programs.length === 0) return [];
  const input = programs.map(({ path }) => path).join('\0');
  const { stdout } = await system.run(['xargs', '-0', 'getcap', '--'], { input });
  return stdout.split('\n').filter((line) => line !== '');
}

const HELP_SCRIPT = `said=$(mktemp)
for program; do
  timeout --kill-after=1 6 "$program" --help > "$said" 2>&1 < /dev/null
  code=$?
  printf '%s %s %s\\n' "$code" "$(test -s "$said" && echo 1 || echo 0)" "$program"
done
rm -f "$said"`;

export async function answersOf(
  system: ThrowAwaySystem,
  packages: readonly PackageContent[],
): Promise<Content['answers']> {
  const programs = programPaths(packages).slice(0, PROGRAMS);
  if (programs.length === 0) return [];
  const watch = watchStarvation(system);
  const { stdout } = await system.run(['sh', '-c', HELP_SCRIPT, 'help', ...programs], { timeout: 90_000 });
  const answers = stdout.split('\n').flatMap((line) => {
    const found = /^(?<code>\d+) (?<said>[01]) (?<program>.+)$/.exec(line)?.groups;
    return found === undefined
      ? []
      : [{ program: found.program ?? '', code: Number(found.code), said: found.said === '1' }];
  });
  const late = answers.find(({ code }) => code === 124);
  if (late !== undefined) watch.mustHaveRun(`${late.program} did not answer in time`);
  return answers;
}

// The system's own comings and goings, and what asks.
const OWN =
  /^(\[|\(|\/(usr\/)?lib\/systemd\/|\/(usr\/)?s?bin\/(agetty|init)|\/usr\/bin\/dbus|ps -eo |timeout --kill-after)/;

/** Processes and failed units, a line each; those of `before` are not told again. */
export async function aliveOn(system: ThrowAwaySystem, before: readonly string[] = []): Promise<string[]> {
  const processes = (await system.run(['ps', '-eo', 'user:32=,pid=,args='])).stdout.split('\n').flatMap((line) => {
    const found = /^(?<user>\S+) +(?<pid>\d+) (?<what>.+)$/.exec(line)?.groups;
    if (found === undefined || OWN.test(found.what ?? '')) return [];
    return [`process ${found.pid} of ${found.user}: ${(found.what ?? '').slice(0, 120)}`];
  });
  if (!system.abilities.services) return processes.filter((line) => !before.includes(line));
  const { stdout } = await system.run(['systemctl', 'list-units', '--failed', '--plain', '--no-legend']);
  const failed = stdout.split('\n').flatMap((line) => (line === '' ? [] : [`failed unit ${line.split(' ')[0]}`]));
  return [...processes, ...failed].filter((line) => !before.includes(line));
}
