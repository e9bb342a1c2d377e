import type { Abilities, Port } from '#core/environment/system.ts';

const FAILED_UNITS = 'systemctl --failed --plain --no-legend 2>/dev/null';

/**
 * Once more, what a busy machine did not start in time while the system booted; no product is on it yet. What fails again is
 * told by the self test.
 */
export const START_FAILED = `${FAILED_UNITS} | while read -r unit _; do systemctl start "$unit"; done`;

/** One `name=value` line each. */
export const SELF_TEST = `echo "state=$(systemctl is-system-running 2>/dev/null | tr '\\n' ' '; ${FAILED_UNITS} | cut -d ' ' -f 1 | tr '\\n' ' ')"
echo "null=$(stat -c %a /dev/null)"
echo "tmp=$(stat -c %a /tmp)"
echo "fqdn=$(hostname -f 2>/dev/null)"
echo "links=$(for l in /sys/class/net/*; do grep -qx down "$l/operstate" || printf '%s ' "\${l##*/}"; done)"
echo "clock=$(date +%s)"
echo "free=$(df --output=avail -B1M / | tail -n 1 | tr -d ' ')"
`;

/**
 * What is wrong with a system that claims these abilities. testbed.md, "Traps": test the environment before judging a product.
 * @param now milliseconds
 */
export function selfTestFaults(text: string, now: number, { services, networkCut }: Abilities): string[] {
  const found = new Map(
    text.split('\n').map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1).trim()]),
  );
  const is = (name: string, good: RegExp, what: string): string[] =>
    good.test(found.get(name) ?? '') ? [] : [`${what}: ${found.get(name) ?? 'no answer'}`];
  const clock = Math.abs(Number(found.get('clock')) - now / 1000);
  return [
    ...(services ? is('state', /^running$/, 'the system is not running soundly') : []),
    ...is('null', /^666$/, '/dev/null has other permissions than 666'),
    ...is('tmp', /^1777$/, '/tmp has other permissions than 1777'),
    ...is('fqdn', /^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'the system does not know its full name'),
    ...(networkCut ? is('links', /^lo$/, 'the network is not cut') : []),
    ...(clock < 10 ? [] : ['the clock is wrong']),
    ...(Number(found.get('free')) > 200 ? [] : [`too little space, MiB: ${found.get('free') ?? 'no answer'}`]),
  ];
}

/** Lines of `ss -Hlntup`. */
export function parsePorts(text: string): Port[] {
  return text.split('\n').flatMap((line): Port[] => {
    const [protocol = '', , , , local = ''] = line.trim().split(/\s+/);
    if (protocol !== 'tcp' && protocol !== 'udp') return [];
    const colon = local.lastIndexOf(':');
    const program = /users:\(\("(?<name>[^"]+)"/.exec(line)?.groups?.name ?? '';
    return [{ protocol, address: local.slice(0, colon), port: Number(local.slice(colon + 1)), program }];
  });
}
