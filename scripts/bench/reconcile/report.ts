import { makeStage, type Stage } from '../../../actions/reconcile/testing/stage.ts';
import { populate } from './populate.ts';

/** One look over so many open PPAs. */
interface Look {
  readonly requests: number;
  readonly writes: number;
  readonly milliseconds: number;
}
export interface ReconcileRow {
  readonly pulls: number;
  /** The very first look, which writes check-runs and comments. */
  readonly first: Look;
  /** Nothing changed, and nothing is remembered. */
  readonly cold: Look;
  /** Nothing changed since the look before. */
  readonly idle: Look;
  /** One comment was written since. */
  readonly one: Look;
}

/** The built action against the embedded forge; requests are counted on the wire, and the one Git fetch besides is not among them. */
export async function benchReconcile(sizes: readonly number[], say: (line: string) => void): Promise<ReconcileRow[]> {
  const rows: ReconcileRow[] = [];
  for (const pulls of sizes) {
    const stage = await makeStage();
    try {
      const products = Array.from({ length: pulls }, (_, index) => ({ product: `p${index}`, version: '1.0.0' }));
      say(`opening ${pulls} pull requests`);
      await populate(stage, products, stage.token);
      const first = await look(stage);
      stage.forge.admin.advance(60_000);
      const cold = await look(stage);
      await stage.remember();
      const idle = await look(stage);
      await stage.remember();
      stage.forge.admin.advance(60_000);
      await stage
        .as('vera')
        .rest.issues.createComment({ owner: 'umd', repo: 'release', issue_number: 1, body: '/why' });
      const one = await look(stage);
      rows.push({ pulls, first, cold, idle, one });
      say(JSON.stringify(rows.at(-1)));
    } finally {
      await stage.close();
    }
  }
  return rows;
}

async function look(stage: Stage): Promise<Look> {
  const begun = performance.now();
  const { code, log, writes, requests } = await stage.reconcile();
  if (code !== 0) throw new Error(log);
  return { requests, writes: writes.length, milliseconds: Math.round(performance.now() - begun) };
}
