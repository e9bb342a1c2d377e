import { expect, test } from 'vitest';
import { claimsState, STATES, stateLabel, stateOfLabel, stateOfLabels, stateTitle } from './state.ts';

// Copied by hand from design.md section 2 ("Labels").
const WRITTEN = [
  'RolloutProgress: Unverified',
  'RolloutProgress: In Verification',
  'RolloutProgress: Waiting for Response',
  'RolloutProgress: StagedRollout',
  'RolloutProgress: UMDStore',
  'RolloutProgress: Production',
  'RolloutProgress: Rejected',
];

test('the seven labels are those of the design, and each leads back to its state', () => {
  expect(STATES.map(stateLabel)).toEqual(WRITTEN);
  expect(STATES.map(stateLabel).map(stateOfLabel)).toEqual(STATES);
  expect(stateTitle('in-verification')).toBe('In Verification');
});

test('none, two or an unknown RolloutProgress label is no state', () => {
  expect(stateOfLabels(['Delayed', 'RolloutProgress: UMDStore'])).toBe('umd-store');
  expect(stateOfLabels(['Delayed'])).toBeUndefined();
  expect(stateOfLabels(['RolloutProgress: UMDStore', 'RolloutProgress: Rejected'])).toBeUndefined();
  expect(stateOfLabels(['RolloutProgress: Done'])).toBeUndefined();
  expect(claimsState('rolloutprogress:done')).toBe(true);
});
