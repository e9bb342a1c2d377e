import { startRunner } from '#scripts/runner/runner.ts';

/** A runner in a process of its own, for tests that kill it: `runner-process.ts <forge url> <folder>`. */
const [forgeUrl = '', dir = ''] = process.argv.slice(2);
await startRunner({ forgeUrl, runnerToken: 'runner-token', dir });
