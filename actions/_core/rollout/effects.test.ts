import { expect, test } from 'vitest';
import { type Effect, leadsOn } from './effects.ts';

const check = {
  kind: 'check',
  pull: 1,
  sha: '',
  name: 'rollout',
  conclusion: 'success',
  title: '',
  summary: '',
  text: '',
} as const;
const labels = (...added: string[]) => ({ kind: 'add-labels', pull: 1, labels: added }) as const;

// By hand: of what is done, that which changes what is decided on.
test.each<[Effect[], boolean]>([
  [[], false],
  [[check, { kind: 'comment', pull: 1, body: '' }, { kind: 'notice', pull: 1, body: '' }], false],
  [[labels('Delayed', 'hold: x'), { kind: 'remove-label', pull: 1, label: 'RolloutProgress: Production' }], false],
  [[{ kind: 'dispatch', workflow: 'publish', title: 'publish', inputs: {} }], false],
  [[check, labels('RolloutProgress: In Verification')], true],
  [[{ kind: 'commit', pull: 1, branch: '', path: '', text: '', message: '' }], true],
  [[{ kind: 'merge', pull: 1, sha: '', title: '', message: '' }], true],
  [[{ kind: 'open-issue', title: '', body: '', labels: [] }], true],
  [[{ kind: 'put-file', branch: 'candidate', path: '', message: '' }], true],
  [[{ kind: 'close', pull: 1 }], true],
])('%j', (effects, leads) => expect(leadsOn(effects)).toBe(leads));
