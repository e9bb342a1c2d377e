import type { Distribution, Platform } from '#core/distribution/distribution.ts';
import type { FaultCode } from '#core/fault-codes.ts';
import type { Where } from '#core/faults.ts';
import type { ReleaseFolder } from '#core/ppa/folder.ts';
import { versionText } from '#core/ppa/ppa.ts';
import { NO_CAPABILITY } from '#core/product/capabilities.ts';
import type { ProductCard } from '#core/product/card.ts';
import type { PlaceOf } from '#core/release/places.ts';
import type { Release, ReleasePpa, ReleaseProduct } from '#core/release/release.ts';

/** What the distribution knows: every name in a release has to be one of these. */
export interface Vocabulary {
  readonly distributions: readonly Distribution[];
  /** Short names of all technology providers. */
  readonly providers: readonly string[];
  /** Cards by product, as far as there are any. */
  readonly cards: Readonly<Record<string, ProductCard>>;
  readonly capabilities: readonly string[];
}

export type Tell = (code: FaultCode, sentence: string, where: Where) => void;

/** Names in the release against what is known, and against the folder that it stands in. Texts at fault already are left out. */
export function checkVocabulary(
  release: Release,
  folder: ReleaseFolder,
  known: Vocabulary,
  placeOf: PlaceOf,
  tell: Tell,
): void {
  const platforms = platformsOf(folder, known);
  const where = placeOf(release);
  if (platforms === undefined)
    tell('RELEASE_LANE_UNKNOWN', `There is no ${folder.lane.distribution} ${folder.lane.major}.`, where);
  checkFolder(release, folder, placeOf, tell);
  for (const product of release.products) {
    checkProvider(product, folder, known, placeOf, tell);
    checkCard(product, known, placeOf, tell);
    for (const ppa of product.ppas) {
      if (platforms !== undefined) checkPlatform(ppa, platforms, placeOf, tell);
      checkCapabilities(ppa, known.capabilities, placeOf, tell);
    }
    checkProtocols(product, placeOf, tell);
  }
}

function platformsOf(
  { lane }: ReleaseFolder,
  { distributions }: Vocabulary,
): Readonly<Record<string, Platform>> | undefined {
  const distribution = distributions.find((each) => each.distribution === lane.distribution);
  const major = distribution?.majors.find((each) => each.major === lane.major);
  if (distribution === undefined || major === undefined) return undefined;
  const declared = Object.entries(distribution.platforms).filter(([key]) => major.platforms.includes(key));
  return Object.fromEntries(declared);
}

/** One product: the folder is named after it. Several: the name is free, the provider's label of the whole. */
function checkFolder({ products }: Release, { bundle, version }: ReleaseFolder, placeOf: PlaceOf, tell: Tell): void {
  const [only, ...more] = products;
  if (only === undefined || more.length > 0 || only.product === '') return;
  const [wanted, is] = [`${only.product}-${versionText(only.version)}`, `${bundle}-${versionText(version)}`];
  const field = bundle === only.product ? 'release:majorVersion' : 'release:productShortName';
  if (wanted !== is)
    tell('RELEASE_FOLDER_MISMATCH', `The folder is ${is}, the release is ${wanted}.`, placeOf(only, field));
}

function checkProvider(
  product: ReleaseProduct,
  folder: ReleaseFolder,
  known: Vocabulary,
  placeOf: PlaceOf,
  tell: Tell,
): void {
  const { provider } = product;
  const where = placeOf(product, 'release:technologyProviderShortName');
  if (provider === '') return;
  if (!known.providers.includes(provider))
    tell('RELEASE_PROVIDER_UNKNOWN', `There is no technology provider ${provider}.`, where);
  if (provider !== folder.provider)
    tell('RELEASE_PROVIDER_MISMATCH', `The provider is ${provider}, the folder is that of ${folder.provider}.`, where);
}

/** A product belongs to the provider of its card: another one cannot release it. */
function checkCard(made: ReleaseProduct, { cards }: Vocabulary, placeOf: PlaceOf, tell: Tell): void {
  const { product, provider } = made;
  if (product === '' || provider === '') return;
  const owner = cards[product]?.provider;
  const where = placeOf(made, 'release:productShortName');
  if (owner === undefined) tell('RELEASE_PRODUCT_UNKNOWN', `There is no product card of ${product}.`, where);
  else if (owner !== provider)
    tell('RELEASE_PRODUCT_FOREIGN', `${product} is the product of ${owner}, not of ${provider}.`, where);
}

function checkPlatform(
  ppa: ReleasePpa,
  platforms: Readonly<Record<string, Platform>>,
  placeOf: PlaceOf,
  tell: Tell,
): void {
  const { os, arch, packages } = ppa;
  if (os === '' || arch === '') return;
  const platform = platforms[`${os}/${arch}`];
  if (platform === undefined) {
    const named = Object.values(platforms).some((each) => each.os === os)
      ? 'UMDmeta:targetArch'
      : 'UMDmeta:targetPlatform';
    const sentence = `There is no platform ${os}/${arch}; there is ${Object.keys(platforms).join(', ')}.`;
    tell('RELEASE_PLATFORM_UNKNOWN', sentence, placeOf(ppa, named));
    return;
  }
  for (const each of packages)
    if (each.file !== '' && !each.file.endsWith(`.${platform.format}`))
      tell('RELEASE_PACKAGE_FORMAT', `${each.file} is no ${platform.format}, as ${os} has.`, placeOf(each, 'filename'));
}

function checkCapabilities(ppa: ReleasePpa, known: readonly string[], placeOf: PlaceOf, tell: Tell): void {
  for (const [index, name] of ppa.capabilities.entries())
    if (name !== '' && name !== NO_CAPABILITY && !known.includes(name))
      tell(
        'RELEASE_CAPABILITY_UNKNOWN',
        `There is no capability "${name}".`,
        placeOf(ppa, `UMDmeta:capability[${index + 1}]`),
      );
}

/** rsync, http and ftp stand in files of old; nothing can be verified of what comes that way. */
function checkProtocols(product: ReleaseProduct, placeOf: PlaceOf, tell: Tell): void {
  for (const part of [product, ...product.ppas]) {
    const protocol = part.synch?.protocol;
    if (protocol !== undefined && protocol !== 'yum' && protocol !== 'deb')
      tell(
        'RELEASE_PROTOCOL_OLD',
        `Nothing is pulled by ${protocol} any more.`,
        placeOf(part, 'release:synchProtocol'),
      );
  }
}
