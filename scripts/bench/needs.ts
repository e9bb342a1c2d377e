import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Program → Debian package. The bench's own: nothing else of this project wants aptly or reprepro. */
const NEEDS: Readonly<Record<string, readonly (readonly [program: string, from: string])[]>> = {
  publish: [
    ['createrepo_c', 'createrepo-c'],
    ['rpmbuild', 'rpm'],
    ['apt-ftparchive', 'apt-utils'],
    ['reprepro', 'reprepro'],
    ['aptly', 'aptly'],
  ],
  ours: [
    ['rpmbuild', 'rpm'],
    ['createrepo_c', 'createrepo-c'],
    ['dnf', 'dnf'],
    ['zypper', 'zypper'],
  ],
  aptly: [['aptly', 'aptly']],
  createrepo_c: [
    ['createrepo_c', 'createrepo-c'],
    ['zypper', 'zypper'],
  ],
};

/** Debian packages that must be installed first. */
export function missing(what: string): readonly string[] {
  return (NEEDS[what] ?? []).filter(([program]) => !isThere(program)).map(([, from]) => from);
}

function isThere(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
