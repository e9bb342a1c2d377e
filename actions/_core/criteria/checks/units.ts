import { type Check, listed, NOT_INSTALLED } from '../finding.ts';
import { reading } from '../reads.ts';

const UNIT = /^(\/usr)?\/lib\/systemd\/system\/(?<name>[^/]+\.(?:service|timer|socket|path|target))$/;
const SCRIPT = /^\/etc\/init\.d\/(?<name>[^/]+)$/;

/** GENERIC_SERVICE_3: units are described soundly. */
export const units: Check = {
  reads: reading([], ['packages', 'units']),
  needs: 'services',
  judge: ({ content }) => {
    if (content === undefined) return NOT_INSTALLED;
    const files = content.packages.flatMap((each) => each.files);
    const named = files.flatMap((path) => UNIT.exec(path)?.groups?.name ?? []);
    const scripts = files.flatMap((path) => SCRIPT.exec(path)?.groups?.name ?? []);
    const bare = scripts.filter((name) => !named.includes(`${name}.service`));
    const evidence = content.units.map(({ unit, said }) => `== ${unit}\n${said}`).join('\n');
    const broken = content.units.filter(({ loads }) => !loads);
    if (broken.length > 0)
      return { result: 'FAIL', comment: `Cannot be loaded: ${listed(broken.map(({ unit }) => unit))}.`, evidence };
    if (named.length + scripts.length === 0) return { result: 'NA', comment: 'It brings no units.', evidence };
    // What systemd-analyze says besides is weighed by criteria/findings.yml.
    const all = bare.map((name) => `/etc/init.d/${name} has no unit`);
    if (all.length > 0) return { result: 'WARNING', comment: `${listed(all)}.`, evidence };
    return { result: 'OK', comment: `Sound: ${listed(named)}.`, evidence };
  },
};
