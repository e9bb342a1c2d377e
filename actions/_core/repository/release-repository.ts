import type { Distribution } from '#core/distribution/distribution.ts';
import { repositoryId, repositoryPath, suiteOf } from './area.ts';
import type { Fragment } from './fragment.ts';
import type { WantedRepository } from './wanted.ts';

/** What stands for a PPA's name in a repository that comes from no lock. */
const NO_PPA = 'release-package';

/**
 * The repositories that hold a lane's release package alone, so that sites who installed it once get the next one by an
 * ordinary upgrade. Production's own hold what Git says and nothing else; so they stay the same on every machine. There
 * from the lane's first release on.
 * @param packageOf the release package that is served for a lane and system, if any
 */
export function releaseRepositories(
  wanted: readonly WantedRepository[],
  distributions: readonly Distribution[],
  packageOf: (lane: string, os: string) => Fragment | undefined,
): readonly WantedRepository[] {
  return wanted
    .filter(({ area, part }) => area === 'production' && part !== 'updates')
    .map(({ lane: name, os, arch, format }) => {
      const [, distribution = '', major = ''] = /^(.*)-(\d+)$/.exec(name) ?? [];
      const declared = distributions.find((one) => one.distribution === distribution)?.platforms[`${os}/${arch}`];
      const lane = { distribution, major: Number(major) };
      const place = { area: 'release', part: '', lane, os, arch, format, suite: declared?.suite } as const;
      const [held, suite] = [packageOf(name, os), suiteOf(place)];
      return {
        ...{ id: repositoryId(place), area: place.area, lane: name, os, arch, part: place.part, format },
        ...{ path: repositoryPath(place), ...(format === 'deb' && suite !== undefined ? { suite } : {}) },
        packages:
          held === undefined
            ? []
            : [{ name: held.name, version: held.version, arch: held.arch, sha256: held.sha256, ppa: NO_PPA }],
      };
    });
}
