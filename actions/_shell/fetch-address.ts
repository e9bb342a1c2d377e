import { BlockList, isIP } from 'node:net';
import { refusal } from '#core/fault-codes.ts';

/** IANA special-purpose IPv4 blocks (RFC 6890 and its registry), multicast and reserved: no provider serves packages there. */
const SPECIAL_4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
/** Global unicast is 2000::/3 (RFC 4291); all else is refused, and of it what tunnels (Teredo, 6to4) or documents. */
const SPECIAL_6 = '2001::/23 2001:db8::/32 2002::/16 3fff::/20';

const [special, global6] = [blocks([...SPECIAL_4.split(' '), ...SPECIAL_6.split(' ')]), blocks(['2000::/3'])];

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function blocks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = '', prefix = ''] = cidr.split('/');
    list.addSubnet(net, Number(prefix), family(net));
  }
  return list;
}

function isPublic(address: string): boolean {
  if (special.check(address, family(address))) return false;
  return isIP(address) === 4 || global6.check(address, 'ipv6');
}

/** Host of a URL without the brackets of IPv6. WHATWG parsing has turned decimal and octal hosts into dotted ones. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

export interface AddressPolicy {
  /** The configuration names this `host:port`, or the literal address lies in an allowed network. */
  trusts(url: URL): boolean;
  /** May a connection for this URL go to this address? Asked for the address that is really connected to. */
  permits(address: string, url: URL): boolean;
}

/**
 * @param allow `host:port` or CIDR, explicit configuration of the local world (issue 2, Bad input)
 * @throws ProvisioningError FETCH_ALLOW_INVALID
 */
export function addressPolicy(allow: readonly string[]): AddressPolicy {
  const networks = blocks(allow.filter(isCidr));
  const hosts = new Set(allow.filter((entry) => !isCidr(entry)).map(hostEntry));
  const inNetwork = (address: string) => isIP(address) !== 0 && networks.check(address, family(address));
  const trusts = (url: URL) => hosts.has(`${url.hostname}:${portOf(url)}`) || inNetwork(hostOf(url));
  return {
    trusts,
    permits(given, url) {
      const address = given.split('%')[0] ?? '';
      return isIP(address) !== 0 && (isPublic(address) || inNetwork(address) || trusts(url));
    },
  };
}

function isCidr(entry: string): boolean {
  const [net = '', prefix = '', ...rest] = entry.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  return isIP(net) === 4 ? Number(prefix) <= 32 : isIP(net) === 6 && Number(prefix) <= 128;
}

function hostEntry(entry: string): string {
  if (/^(\[[0-9a-f:]+\]|[a-z0-9][a-z0-9.-]*):\d{1,5}$/.test(entry)) return entry;
  throw refusal('FETCH_ALLOW_INVALID', `"${entry}" is no address to allow.`);
}
