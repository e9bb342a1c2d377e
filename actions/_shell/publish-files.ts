import { type ClientFile, clientFiles, distributionOf, keyPath } from '#core/repository/client-files.ts';
import { EA_REPORT } from '#core/repository/ea-report.ts';
import { grouped } from '#core/repository/group.ts';
import {
  type PageSection,
  renderIndexPage,
  renderOverview,
  renderPackagePage,
  snapshotsOn,
} from '#core/repository/index-page.ts';
import type { Shelf, StockedShelf } from '#core/repository/plan.ts';
import { countOf, type Segment } from '#core/repository/stock.ts';
import type { Publishing } from './publish.ts';
import type { Pointer, Store } from './store.ts';

/** A technology provider's public key. */
export interface PackageKey {
  /** Short name, `INFN`. */
  readonly provider: string;
  readonly armored: string;
}

/** A public key that sites shall trust beside the one that signs: the next one, or the last one. */
export interface FurtherKey {
  readonly name: string;
  readonly armored: string;
}

/** More packages than this are shown on several pages. */
export const ONE_PAGE = 2000;

/**
 * What people and package managers are given besides the repositories: keys, client files, pages. What is there with
 * the same bytes is left alone; pages of packages, named by what they hold, are written already.
 * @param stale shelves of the paths whose pages may have changed
 */
export async function filesToMove(
  stale: readonly StockedShelf[],
  all: readonly Shelf[],
  publishing: Publishing,
): Promise<readonly Pointer[]> {
  const pages = [...grouped(stale, ({ head }) => head.path)].map(async ([path, shelves]) => {
    const key = `${path}/index.html`;
    const before = (await publishing.store.read(key))?.toString();
    const sections = await Promise.all(shelves.map((shelf) => section(shelf, before, publishing)));
    return { key, text: renderIndexPage(sections, publishing.publicUrl) };
  });
  return differing([...filesBeside(all, publishing), ...(await Promise.all(pages))], publishing.store);
}

type Facts = Pick<Publishing, 'publicUrl' | 'packageKeys' | 'distributions' | 'furtherKeys'> & {
  readonly signer: Pick<Publishing['signer'], 'publicKey'>;
};

/** All but the pages of the repositories. */
export function filesBeside(all: readonly Shelf[], facts: Facts): readonly ClientFile[] {
  const { signer, publicUrl, packageKeys, distributions, furtherKeys = [] } = facts;
  const heads = all.map(({ head }) => head);
  const providers = packageKeys.map(({ provider, armored }) => ({
    key: `keys/providers/${provider}.asc`,
    text: armored,
  }));
  const further = furtherKeys.map(({ name, armored }) => ({ key: `keys/further/${name}.asc`, text: armored }));
  const own = [...new Set(heads.map(distributionOf))].map((name) => ({ key: keyPath(name), text: signer.publicKey }));
  const titles = Object.fromEntries(
    distributions.flatMap(({ platforms }) => Object.entries(platforms).map(([key, { title }]) => [key, title])),
  );
  const publicKey = joined([signer.publicKey, ...furtherKeys.map(({ armored }) => armored)]);
  const given = { publicUrl, publicKey, packageKeys: [...further, ...providers].map(({ key }) => key), titles };
  const rows = all.map(({ head, listing }) => ({ head, count: listing.split('\n').length - 1 }));
  const overview = { key: 'index.html', text: renderOverview(rows) };
  return [EA_REPORT, ...providers, ...own, ...further, ...clientFiles(heads, given), overview];
}

async function section(
  { head, segments }: StockedShelf,
  page: string | undefined,
  publishing: Publishing,
): Promise<PageSection> {
  const [count, snapshots] = [countOf(segments), snapshotsOn(page, head, publishing.now)];
  const rowsOf = (segment: Segment) => publishing.cache.read(segment, head.format, 'page').toString();
  if (count <= ONE_PAGE) return { head, count, snapshots, packages: segments.map(rowsOf).join('') };
  const packages = segments.map(async (segment) => {
    const key = `packages/${segment.key.slice(0, 32)}.html`;
    const at = `${head.path}/${key}`;
    if (!(await publishing.store.has(at)))
      await publishing.store.put(at, renderPackagePage(rowsOf(segment)), 'content');
    return { key, first: segment.first, last: segment.last, count: countOf([segment]) };
  });
  return { head, count, snapshots, packages: await Promise.all(packages) };
}

/** Those that are not there with the same bytes. */
export async function differing(files: readonly ClientFile[], store: Store): Promise<readonly Pointer[]> {
  const there = await Promise.all(files.map(({ key }) => store.read(key)));
  return files
    .filter(({ text }, index) => there[index]?.toString() !== text)
    .map(({ key, text }) => ({ key, bytes: text }));
}

/** Keys as one block, because apt reads the first block of Signed-By alone. The checksum is left out, as RFC 9580 (6.1) has it. */
function joined(armored: readonly [string, ...string[]]): string {
  if (armored.length === 1) return armored[0];
  const bodies = armored.flatMap((one) => [...one.matchAll(BLOCK)].map(([, body = '']) => Buffer.from(body, 'base64')));
  const lines =
    Buffer.concat(bodies)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${lines.join('\n')}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
}

const BLOCK = /^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:.+\r?\n)*\r?\n([\s\S]*?)^(?:=.*\r?\n)?-----END/gm;
