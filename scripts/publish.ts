import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * `npm run publish [-- --check]`: the action publish-snapshot, by hand. What a workflow gives as inputs comes from options or the
 * environment: STORE, PUBLIC_URL, SIGNING_KEY or SIGNING_FINGERPRINT, GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_SERVER_URL.
 */
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    store: { type: 'string', default: process.env.STORE ?? '' },
    'public-url': { type: 'string', default: process.env.PUBLIC_URL ?? '' },
    workspace: { type: 'string', default: process.env.GITHUB_WORKSPACE ?? '.' },
  },
});
const inputs = {
  ...{ 'github-token': process.env.GITHUB_TOKEN ?? '', 'signing-key': process.env.SIGNING_KEY ?? '' },
  'signing-fingerprint': process.env.SIGNING_FINGERPRINT ?? '',
  ...{
    store: /^(s3:.*)?$/.test(values.store) ? values.store : resolve(values.store),
    'public-url': values['public-url'],
  },
  check: String(values.check),
};
const WHY: Readonly<Record<string, string>> = {
  STORE: 'where everything lies that is served: a path or s3://bucket/prefix?endpoint=… (or --store)',
  PUBLIC_URL: 'where it is served, without slash at its end (or --public-url)',
  GITHUB_TOKEN: 'a token that may read the release repo',
  GITHUB_REPOSITORY: 'owner/name: refs and labels are read from the forge',
  SIGNING_KEY:
    'one armored secret key without passphrase, or SIGNING_FINGERPRINT: of one that gpg’s agent (GNUPGHOME) or its token holds; not needed with --check',
};
const given: Readonly<Record<string, string | undefined>> = {
  ...{ ...process.env, STORE: values.store, PUBLIC_URL: values['public-url'] },
  ...(values.check || process.env.SIGNING_FINGERPRINT ? { SIGNING_KEY: 'not needed' } : {}),
};
const lacking = Object.entries(WHY).filter(([name]) => !given[name]);
if (lacking.length > 0) {
  console.error(`Set these:\n${lacking.map(([name, why]) => `  ${name.padEnd(18)} ${why}`).join('\n')}`);
  process.exit(2);
}
for (const [name, value] of Object.entries(inputs)) process.env[`INPUT_${name.toUpperCase()}`] = value;
process.env.GITHUB_WORKSPACE = resolve(values.workspace);
await import('../actions/publish-snapshot/main.ts');
