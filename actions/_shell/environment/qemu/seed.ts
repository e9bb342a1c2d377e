import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';

/**
 * Contextualisation of a machine as cloud-init reads it from a NoCloud seed: its name, and its network by DHCP. The same for
 * every machine of an image, so that what is found on one does not depend on which it was.
 * @param instance cloud-init does its work once for each
 */
export async function writeSeed(folder: string, instance: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const user = { hostname: 'testbed', fqdn: 'testbed.umd.test', manage_etc_hosts: true, ssh_deletekeys: false };
  const network = { version: 2, ethernets: { all: { match: { name: 'e*' }, dhcp4: true } } };
  const meta = { 'instance-id': instance, 'local-hostname': 'testbed' };
  await writeFile(join(folder, 'meta-data'), dump(meta));
  await writeFile(join(folder, 'user-data'), `#cloud-config\n${dump(user)}`);
  await writeFile(join(folder, 'network-config'), dump(network));
}
