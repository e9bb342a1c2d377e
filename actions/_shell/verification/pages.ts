import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Documentation, type NamedPage, namedIn, type Page } from '#core/criteria/documentation.ts';
import { ProvisioningError } from '#core/faults.ts';
import type { ProductCard } from '#core/product/card.ts';
import { parseRelease } from '#core/release/parse.ts';
import { fetchPackage } from '#shell/fetch.ts';
import { inThrowAway } from '#shell/packages.ts';
import type { Subject } from './subject.ts';

const LIMITS = { bytes: 5_000_000, milliseconds: 15_000 };
/** An answer that tells that the page is not there for a site either: by its server, its name, its certificate. */
const GONE = ['FETCH_STATUS', 'FETCH_URL', 'FETCH_ADDRESS_PRIVATE', 'FETCH_CERTIFICATE'];

/** What release.xml and the product card name, and whether it can be read from here; the verification system is cut off. */
export async function documentationOf({
  subject: { lock, release },
  card,
  allow,
}: {
  readonly subject: Pick<Subject, 'lock' | 'release'>;
  readonly card: Pick<ProductCard, 'documentation'>;
  /** FETCH_ALLOW. */
  readonly allow: readonly string[];
}): Promise<Documentation | undefined> {
  if (release === undefined) return undefined;
  const { release: parsed } = parseRelease(release, { file: `${lock.release}/release.xml` });
  const product = parsed?.products.find((each) => each.product === lock.product);
  const { notes, pages } = namedIn(product, card.documentation);
  const asked = await inThrowAway((folder) =>
    Promise.all(pages.map((page, at) => ask(page, { to: join(folder, `${at}`), allow, version: lock.version }))),
  );
  // A name that nobody knows is the page's fault only where names can be asked for at all.
  const online = asked.some(({ state }) => state === 'reached');
  return { notes, pages: asked.map((page) => settled(page, online)) };
}

type Asked = Page & { readonly unnamed: boolean };

function settled({ unnamed, ...page }: Asked, online: boolean): Page {
  return unnamed && online ? { ...page, state: 'gone' } : page;
}

async function ask(
  page: NamedPage,
  { to, allow, version }: { readonly to: string; readonly allow: readonly string[]; readonly version: string },
): Promise<Asked> {
  const told = { ...page, said: '', namesVersion: false, unnamed: false };
  try {
    // Reading harms nobody, so plain http is as good; which addresses may be asked is the same as for packages.
    await fetchPackage({ url: page.url, to, allow, limits: LIMITS, authenticated: true });
    return { ...told, state: 'reached', namesVersion: (await readFile(to, 'latin1')).includes(version) };
  } catch (accident) {
    if (!(accident instanceof ProvisioningError)) throw accident;
    const { code, message } = accident;
    if (code === 'FETCH_TOO_LARGE') return { ...told, state: 'reached', namesVersion: true };
    const said = message.replace(page.url, '').trim().replace(/\.$/, '');
    return { ...told, said, state: GONE.includes(code) ? 'gone' : 'unknown', unnamed: code === 'FETCH_HOST' };
  }
}
