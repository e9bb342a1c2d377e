import { laneName } from '#core/distribution/distribution.ts';
import { repositoryPath, repositoryTitle } from '#core/repository/area.ts';
import type { PpaFacts, World } from './facts.ts';
import { lockOf } from './peers.ts';

/** What an early adopter needs: one line that pins testing to the snapshot, one that reports. */
export function kit(facts: PpaFacts, snapshot: string, digest: string, { distributions, publicUrl }: World): string {
  const { lane, id, ppa } = facts;
  const { os, arch } = id;
  const platform = distributions.find(({ distribution }) => distribution === lane.distribution)?.platforms[
    `${os}/${arch}`
  ];
  const format = platform?.format ?? 'deb';
  const place = { area: 'testing', part: '', lane, os, arch, format } as const;
  const pinned = `${publicUrl}/${repositoryPath(place)}/snapshots/${snapshot}`;
  const file = `${repositoryTitle(place)}.${format === 'rpm' ? 'repo' : 'sources'}`;
  const from = `curl -fsSL ${publicUrl}/clients/${laneName(lane)}-${os}/${file}`;
  const setUp =
    format === 'rpm'
      ? `${from} | sed 's#^mirrorlist=.*#baseurl=${pinned}/#; s/^enabled=0/enabled=1/' | sudo tee /etc/yum.repos.d/${file}`
      : `${from} | sed 's#^URIs: .*#URIs: ${pinned}#; s/^Enabled: no/Enabled: yes/' | sudo tee /etc/apt/sources.list.d/${file}`;
  const names = [...new Set((lockOf(facts)?.packages ?? []).map(({ name }) => name))];
  const report = `curl -fsSL ${publicUrl}/clients/ea-report | sh -s -- ${ppa} ${digest.slice(0, 16)} ${names.join(' ')}`;
  return [
    `Testing as it is now, and stays for you (snapshot \`${snapshot.slice(0, 16)}\`):`,
    `\`\`\`sh\n${setUp}\n\`\`\``,
    'Update, try it, then let this write your report, and paste what it prints here (say `reject` and why, or add `issues: …`):',
    `\`\`\`sh\n${report}\n\`\`\``,
  ].join('\n');
}
