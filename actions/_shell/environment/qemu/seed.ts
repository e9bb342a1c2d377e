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
  const name = { hostname: 'testbed', fqdn: 'testbed.umd.test', manage_etc_hosts: true };
  // Name and network, and nothing else that cloud-init would do to a machine: it takes a minute where there is no KVM.
  const modules = {
    cloud_init_modules: ['set_hostname', 'update_hostname', 'update_etc_hosts'],
    ...{ cloud_config_modules: [], cloud_final_modules: [] },
  };
  const network = { version: 2, ethernets: { eth0: { dhcp4: true } } };
  const meta = { 'instance-id': instance, 'local-hostname': 'testbed' };
  await writeFile(join(folder, 'meta-data'), dump(meta));
  await writeFile(join(folder, 'user-data'), `#cloud-config\n${dump({ ...name, ...modules })}`);
  await writeFile(join(folder, 'network-config'), dump(network));
}
