import { readStateText, type StateText, stateOfObjects } from '#core/repository/state-text.ts';
import type { Store } from './store.ts';
import { textOf } from './text.ts';

export const STATE_KEY = 'state.json';

/** @throws ProvisioningError STATE_INVALID */
export async function readState(store: Store): Promise<StateText | undefined> {
  const bytes = await store.read(STATE_KEY);
  if (bytes === undefined) return undefined;
  const text = textOf(bytes);
  const state = readStateText(text);
  if (state !== undefined) return state;
  const { parsePublishedState } = await import('#core/repository/published.ts'); // its schema costs time, and is seldom needed
  return stateOfObjects(parsePublishedState(text));
}
