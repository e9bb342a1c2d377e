import { otherVersions } from '#core/criteria/checks/installation.ts';
import type { VersionOf } from '#core/criteria/facts.ts';
import { tellingLine } from '#core/criteria/finding.ts';
import { culpritsIn } from '#core/verification/culprits.ts';
import { bootSoundly, fetchAll, onStage, type Stage, steps } from './stage.ts';

export interface Together {
  readonly conclusion: 'pass' | 'fail';
  readonly comment: string;
}

// Debian Policy 9.3.3.1, invoke-rc.d: 101 forbids to start anything. What is asked is whether it installs.
const NO_SERVICES = '#!/bin/sh\nexit 101\n';

/** Milliseconds for a whole release, hundreds of packages, and for all that is done with it. */
const [INSTALL_LIMIT, LIMIT] = [1_800_000, 3_600_000];

/**
 * Installs everything at once on one system and says which package stands in the way.
 * @throws ProvisioningError ENVIRONMENT_FAULT
 */
export function installTogether(stage: Stage, wanted: readonly VersionOf[]): Promise<Together> {
  return onStage(
    stage,
    async (system) => {
      const { packages, say } = stage;
      const taken = steps(stage, system);
      await fetchAll(stage, system, taken, [wanted]);
      await system.writeFile('/usr/sbin/policy-rc.d', NO_SERVICES, 0o755);
      await bootSoundly(system, say);
      await taken.take('install everything', () => packages.install(system, wanted, INSTALL_LIMIT));
      const broken = taken.all.find(({ code }) => code !== 0);
      if (broken !== undefined) {
        const culprits = culpritsIn(broken.output);
        const whose = culprits.length === 0 ? '' : ` because of ${culprits.join(', ')}`;
        return { conclusion: 'fail', comment: `${broken.name} fails${whose}: ${tellingLine(broken.output)}` };
      }
      const names = wanted.map(({ name }) => name);
      const differing = otherVersions(wanted, await packages.installed(system, names));
      if (differing.length === 0)
        return { conclusion: 'pass', comment: `${wanted.length} packages installed together.` };
      return { conclusion: 'fail', comment: `Not as the candidate has it: ${differing.join(', ')}.` };
    },
    LIMIT,
  );
}
