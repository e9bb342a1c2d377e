import type { Documentation } from '../documentation.ts';
import type { Content } from '../facts.ts';
import { type Check, type Finding, listed, NOT_INSTALLED } from '../finding.ts';
import { withLinks } from '../links.ts';
import { reading } from '../reads.ts';
import { programsOf } from './manual-pages.ts';

/** QC_DOC_4: what an administrator meets is documented, and listed as it was found. */
export const administration: Check = {
  reads: reading(['documentation'], ['packages', 'ports', 'afterServices']),
  from: ['fresh', 'packages', 'pages'],
  judge: ({ content, documentation }) =>
    content === undefined ? NOT_INSTALLED : withLinks(installed(content, documentation), documentation),
};

// Every package has these; they explain nothing.
const FORMALITY = /\/(copyright|changelog[^/]*|NEWS[^/]*|LICENSE[^/]*|COPYING[^/]*)$/;

function installed(content: Content, documentation: Documentation | undefined): Finding {
  const found = inventoryOf(content);
  const { undocumented, pages } = programsOf(content.packages, 'administrator');
  const evidence = Object.entries({ ...found, 'manual pages': pages })
    .map(([what, names]) => `${what}: ${names.join(' ')}`)
    .join('\n');
  const sums = Object.entries(found).filter(([, names]) => names.length > 0);
  const summary = sums.map(([what, names]) => `${what}: ${listed(names)}`).join('; ');
  const documents = content.packages
    .flatMap(({ files }) => files)
    .filter((path) => path.startsWith('/usr/share/doc/') && /\.[^/]+$|README/.test(path) && !FORMALITY.test(path));
  if (pages.length === 0 && documents.length === 0 && sums.length > 0)
    return { result: withoutAny(documentation), comment: `No documentation is installed for ${summary}.`, evidence };
  if (undocumented.length > 0)
    return {
      result: 'WARNING',
      comment: `Without a manual page: ${listed(undocumented)}. Found ${summary}.`,
      evidence,
    };
  return { result: 'OK', comment: summary === '' ? 'Nothing to administer.' : `Found ${summary}.`, evidence };
}

/** A guide that can be reached explains, too (QC_DOC_4, "pass"); one that could not be asked for may. */
function withoutAny(documentation: Documentation | undefined): Finding['result'] {
  const states = documentation?.pages.flatMap(({ kind, state }) => (kind === 'documentation' ? [state] : [])) ?? [];
  if (states.includes('reached')) return 'WARNING';
  return states.includes('unknown') ? 'Not tested' : 'FAIL';
}

/** What there is to know for an administrator, by kind. */
function inventoryOf({ packages, ports, afterServices }: Content): Record<string, string[]> {
  const files = packages.flatMap((each) => each.files);
  const matching = (pattern: RegExp) => files.filter((path) => pattern.test(path)).sort();
  return {
    units: matching(/^(\/usr)?\/lib\/systemd\/system\/[^/]+\.(service|timer|socket|target|path)$/),
    'init scripts': matching(/^\/etc\/init\.d\/./),
    'periodic jobs': matching(/^\/etc\/cron[^/]*\/./),
    // dpkg calls scripts below /etc configuration, too; they have lines of their own.
    configuration: packages
      .flatMap(({ configuration }) => configuration)
      .filter((path) => !/^\/etc\/(init\.d|cron)/.test(path))
      .sort(),
    logs: afterServices
      .filter(({ path, type }) => type === 'file' && path.startsWith('/var/log/'))
      .map(({ path }) => path),
    ports: ports.map(({ protocol, address, port, program }) => `${protocol} ${address}:${port} ${program}`.trim()),
  };
}
