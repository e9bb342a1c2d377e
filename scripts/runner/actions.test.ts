import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench, workflow } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const job = (name = 'j') => bench.forge.job(name);

const NODE_ACTION = {
  'actions/greet/action.yml': `name: greet
description: greets
inputs:
  who: { description: w, required: true }
  tone of voice: { description: t, default: calm }
  token: { description: t, default: '\${{ github.token }}' }
outputs:
  greeting: { description: g }
runs: { using: node24, main: main.js, post: post.js }
`,
  'actions/greet/main.js': `const fs = require('node:fs');
console.log('INPUT', process.env.INPUT_WHO, process.env.INPUT_TONE_OF_VOICE, process.env.INPUT_TOKEN !== '');
fs.appendFileSync(process.env.GITHUB_OUTPUT, 'greeting=hi ' + process.env.INPUT_WHO + '\\n');
fs.appendFileSync(process.env.GITHUB_STATE, 'kept=' + process.env.INPUT_WHO + '\\n');
`,
  'actions/greet/post.js': "console.log('POST', process.env.STATE_kept);\n",
};

test('a node action gets its inputs with defaults, gives outputs, and posts run last with its state', async () => {
  const steps = `      - uses: actions/checkout@v5
      - id: g
        uses: ./actions/greet
        with: { who: ann, shoe: 43 }
      - id: h
        uses: ./actions/greet
        with: { who: bob }
      - run: echo "\${{ steps.g.outputs.greeting }}, \${{ steps.h.outputs.greeting }}"`;
  const [run] = await bench.push({ ...NODE_ACTION, ...workflow('push', steps) });
  expect(run?.conclusion).toBe('success');
  const { log } = job();
  expect(log).toContain('INPUT ann calm true');
  expect(log).toContain('hi ann, hi bob');
  expect(log.indexOf('POST bob')).toBeGreaterThan(log.indexOf('hi ann, hi bob'));
  expect(log.indexOf('POST ann')).toBeGreaterThan(log.indexOf('POST bob'));
  expect(job().annotations.map(({ message }) => message)).toEqual([
    "Unexpected input(s) 'shoe', valid inputs are ['who', 'tone of voice', 'token']",
  ]);
  expect(
    job()
      .steps.map(({ name }) => name)
      .slice(-3),
  ).toEqual(['Post Run ./actions/greet', 'Post Run ./actions/greet', 'Post Run actions/checkout@v5']);
});

test('a composite action: inputs, steps of its own, outputs, a node action within, its folder on disk', async () => {
  const composite = `name: c
description: c
inputs: { who: { description: w, default: nobody } }
outputs:
  twice: { description: t, value: '\${{ steps.b.outputs.v }}\${{ steps.b.outputs.v }}' }
runs:
  using: composite
  steps:
    - id: g
      uses: ./actions/greet
      with: { who: '\${{ inputs.who }}' }
    - id: b
      shell: bash
      run: echo "v=$GREETING;" >> "$GITHUB_OUTPUT"; ls "$GITHUB_ACTION_PATH"; echo "outer=$OUTER"
      env: { GREETING: '\${{ steps.g.outputs.greeting }}' }
    - if: failure()
      shell: bash
      run: echo not reached
`;
  const steps = `      - uses: actions/checkout@v5
      - id: c
        uses: ./actions/both
        env: { OUTER: seen }
        with: { who: cy }
      - run: echo "[\${{ steps.c.outputs.twice }}] [\${{ steps.g.outputs.greeting }}]"`;
  const files = { ...NODE_ACTION, 'actions/both/action.yml': composite, ...workflow('push', steps) };
  const [run] = await bench.push(files);
  expect(run?.conclusion).toBe('success');
  expect(job().log).toContain('[hi cy;hi cy;] []');
  expect(job().log).toContain('\naction.yml\nouter=seen\n');
  expect(job().log).not.toContain('\nnot reached\n');
});

test('a failure within a composite action fails its step, after its own always()', async () => {
  const composite = `name: c
description: c
runs:
  using: composite
  steps:
    - { shell: bash, run: exit 1 }
    - { shell: bash, run: echo skipped-one }
    - { if: always(), shell: bash, run: 'echo "inner \${{ github.action_status }}"' }
`;
  const steps = '      - uses: actions/checkout@v5\n      - uses: ./actions/bad\n      - run: echo outer-next';
  const [run] = await bench.push({ 'actions/bad/action.yml': composite, ...workflow('push', steps) });
  expect(run?.conclusion).toBe('failure');
  expect(job().log).toContain('inner failure');
  expect(job().log).not.toMatch(/^(skipped-one|outer-next)$/m);
});

test.each([
  ['no action.yml', {}, "Can't find 'action.yml'"],
  [
    'docker',
    { 'actions/x/action.yml': 'name: x\ndescription: x\nruns: { using: docker, image: Dockerfile }\n' },
    'runs.using: docker is not supported',
  ],
  [
    'a remote action within',
    {
      'actions/x/action.yml':
        'name: x\ndescription: x\nruns:\n  using: composite\n  steps:\n    - uses: some/thing@v1\n',
    },
    'some/thing@v1 is in another repository and not built into this runner',
  ],
])('a local action with %s fails its step with the reason', async (_name, files, reason) => {
  bench.git('rm', '-rq', '--ignore-unmatch', 'actions/x');
  const steps = '      - uses: actions/checkout@v5\n      - uses: ./actions/x';
  const [run] = await bench.push({ ...files, ...workflow('push', steps) });
  expect(run?.conclusion).toBe('failure');
  expect(
    job()
      .annotations.map(({ message }) => message)
      .join('\n'),
  ).toContain(reason);
});

test('checkout: one commit by default, all history on demand, another ref, a sub-folder, credentials as asked', async () => {
  bench.commit({ 'other.txt': 'on a branch' }, { ref: 'refs/heads/side' });
  const steps = `      - uses: actions/checkout@v5
      - run: |
          echo "commits=$(git log --oneline | wc -l) branch=$(git branch --show-current) dirty=$(git status --porcelain | wc -l)"
          git config --get-regexp extraheader | wc -l | sed 's/^/creds=/'
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with: { fetch-depth: 0, path: whole, ref: side, persist-credentials: false }
      - working-directory: whole
        run: |
          test "$(git log --oneline | wc -l)" -gt 1 && echo many
          echo "branches=$(git branch -r | tr -d '\\n') on=$(git branch --show-current)"
          git config --get-regexp extraheader | wc -l | sed 's/^/creds=/'
          git fetch -q origin && git fsck --connectivity-only && cat other.txt`;
  const [run] = await bench.push(workflow('push', steps));
  const { log } = job();
  expect(run?.conclusion).toBe('success');
  expect(log).toContain('commits=1 branch=main dirty=0\ncreds=1');
  expect(log).toContain('many\nbranches=  origin/main  origin/side on=side\ncreds=0');
  expect(log).toContain('on a branch');
});

test('a sparse checkout has the folders named, with what is in them, and the files at the top', async () => {
  bench.commit({ 'a/in.txt': '1', 'a/deep/in.txt': '2', 'b/out.txt': '3', 'b/c/in.txt': '4', 'top.txt': '5' });
  const steps = `      - uses: actions/checkout@v5
        with:
          sparse-checkout: |
            a
            b/c
      - run: find . -name '*.txt' | sort | tr '\\n' ' '; echo "dirty=$(git status --porcelain | wc -l)"`;
  const [run] = await bench.push(workflow('push', steps));
  expect(run?.conclusion).toBe('success');
  expect(job().log).toMatch(
    /\.\/a\/deep\/in\.txt \.\/a\/in\.txt \.\/b\/c\/in\.txt \.\/b\/out\.txt (\.\/other\.txt )?\.\/top\.txt dirty=0/,
  );
});

test('checkout can push with the job’s credentials, and refuses what it does not do', async () => {
  const steps = `      - uses: actions/checkout@v5
      - run: |
          git -c user.name=x -c user.email=x@y commit -q --allow-empty -m pushed && git push -q origin HEAD:refs/heads/pushed`;
  const [run] = await bench.push(workflow('push', steps));
  expect(run?.conclusion).toBe('success');
  const [refused] = await bench.push(
    workflow('push', '      - uses: actions/checkout@v5\n        with: { submodules: true }'),
  );
  expect(refused?.conclusion).toBe('failure');
  expect(job('w').annotations[0]?.message).toContain('jobs.j.steps[0].with.submodules: not supported');
});

test('artifacts go up as a zip, relative to what they have in common, and come down in a later job', async () => {
  const steps = `      - run: mkdir -p out/deep && echo 1 > out/a.json && echo 2 > out/deep/b.json && echo 3 > .secret
      - uses: actions/upload-artifact@v4
        with: { name: evidence-1, path: out }
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02
        with: { name: one, path: out/a.json }
      - uses: actions/upload-artifact@v4
        with: { name: nothing, path: missing/** }
  k:
    needs: j
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
        with: { name: one, path: single }
      - uses: actions/download-artifact@v4
        with: { pattern: evidence-* , path: many }
      - run: find . -type f | sort | tr '\\n' ' '`;
  const [run] = await bench.push(workflow('push', steps));
  expect(run?.conclusion).toBe('success');
  const zips = new Map(bench.forge.artifacts.map(({ name, zip }) => [name, Object.keys(unzipSync(zip)).sort()]));
  expect(Object.fromEntries(zips)).toEqual({ 'evidence-1': ['a.json', 'deep/b.json'], one: ['a.json'] });
  expect(job('j').annotations[0]).toMatchObject({ annotation_level: 'warning' });
  expect(job('k').log).toContain('./many/evidence-1/a.json ./many/evidence-1/deep/b.json ./single/a.json');
});

test('upload with if-no-files-found: error fails; a zip that points outside is refused', async () => {
  const failing = workflow(
    'push',
    '      - uses: actions/upload-artifact@v4\n        with: { path: none, if-no-files-found: error }',
  );
  expect((await bench.push(failing))[0]?.conclusion).toBe('failure');
  const [run] = await bench.push(workflow('push', '      - run: echo prepared'));
  const zip = Buffer.from(zipSync({ '../outside.txt': new Uint8Array([1]) }));
  bench.forge.artifacts.push({ id: 999, run: (run?.id ?? 0) + 2, name: 'evil', zip });
  const down = `      - uses: actions/download-artifact@v4\n        with: { name: evil, run-id: ${(run?.id ?? 0) + 2} }`;
  expect((await bench.push(workflow('push', down)))[0]?.conclusion).toBe('failure');
  expect(job().annotations[0]?.message).toContain('names a file outside its folder');
});

test('create-github-app-token signs in as the app, asks for the installation’s token, masks and revokes it', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  bench.forge.settings.secrets = { KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  bench.forge.settings.variables = { APP_ID: '4711' };
  const steps = `      - id: app
        uses: actions/create-github-app-token@df432ceedc7162793a195dd1713ff69aefc7379e
        with: { app-id: '\${{ vars.APP_ID }}', private-key: '\${{ secrets.KEY }}', permission-pull-requests: write }
      - run: echo "\${{ steps.app.outputs.token }} of \${{ steps.app.outputs.app-slug }}"`;
  const [run] = await bench.push(workflow('push', steps));
  bench.forge.settings.secrets = {};
  expect(run?.conclusion).toBe('success');
  expect(job().log).toContain('\n*** of umd-bot\n');
  const [, created, revoked] = bench.forge.requests.slice(-3);
  const [head = '', body = '', signature = ''] = (created?.authorization ?? '').replace('Bearer ', '').split('.');
  const valid = createVerify('RSA-SHA256')
    .update(`${head}.${body}`)
    .verify(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), signature, 'base64url');
  expect(valid).toBe(true);
  expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toMatchObject({ iss: '4711' });
  expect(created).toMatchObject({ method: 'POST', path: '/api/v3/app/installations/77/access_tokens' });
  expect(JSON.parse(created?.body ?? '')).toEqual({
    repositories: ['release'],
    permissions: { pull_requests: 'write' },
  });
  expect(revoked).toMatchObject({
    method: 'DELETE',
    path: '/api/v3/installation/token',
    authorization: 'Bearer ghs_installation',
  });
});

test('setup-node says that it does nothing', async () => {
  await bench.push(workflow('push', '      - uses: actions/setup-node@v4\n        with: { node-version: 24 }'));
  expect(job().log).toContain('setup-node does nothing here');
});
