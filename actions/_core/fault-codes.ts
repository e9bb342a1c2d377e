import { type Fault, ProvisioningError, type Where } from '#core/faults.ts';

/**
 * Every fault code and what to do about it: the one error vocabulary (style.md rule 15). The README's table is made of
 * it. A code is NOUN_FAULT; whoever needs a new one adds it here and raises it by `fault`.
 */
export const REMEDIES = {
  YAML_MALFORMED: 'Mend the YAML at the place named; aliases and several documents in one file are not taken.',
  YAML_TOO_LARGE: 'Split the file; nothing of this size is read.',
  DISTRIBUTION_INVALID: 'Mend repos/<distribution>.yml at the place named.',
  PROVIDER_INVALID: 'Mend releases/providers/<TP>.yml at the place named.',
  CARD_INVALID: 'Mend releases/products/<product>.yml at the place named.',
  CAPABILITIES_INVALID: 'Mend criteria/capabilities.yml: a list of names under `capabilities`.',
  LOCK_INVALID: 'Mend the lock at the place named; a lock is written by the bouncer and not by hand.',
  LOCK_INCONSISTENT:
    'Let product, provider, version and ppa of the lock say the same; open the PPA again when in doubt.',

  RELEASE_TOO_LARGE: 'Split the release into several, one folder each.',
  RELEASE_ENCODING: 'Write the file in UTF-8, without control characters.',
  RELEASE_DTD: 'Remove the document type declaration (<!DOCTYPE …>); release.xml needs none.',
  RELEASE_ENTITY: 'Write the character itself or one of &lt; &gt; &amp; &quot; &apos; &#…;.',
  RELEASE_MALFORMED: 'Make the file well-formed XML; try it with `xmllint --noout release.xml`.',
  RELEASE_ROOT: 'Let the root be release:release in the namespace http://repo.egi.eu/0.2/release.',
  RELEASE_NAMESPACE_UNKNOWN: 'Bind the prefix to one of the four namespaces of releases/README.md.',
  RELEASE_ELEMENT_UNKNOWN: 'Remove the element or mend its name; releases/README.md lists all there are.',
  RELEASE_ELEMENT_MISSING: 'Add the element; releases/README.md has an example.',
  RELEASE_ELEMENT_REPEATED: 'Keep one of them; this element stands once.',
  RELEASE_ELEMENT_EMPTY: 'Give the element a text.',
  RELEASE_TEXT_STRAY: 'Remove the text between the elements.',
  RELEASE_ATTRIBUTE_UNKNOWN: 'Remove the attribute or mend its name.',
  RELEASE_ATTRIBUTE_MISSING: 'Add the attribute.',
  RELEASE_ATTRIBUTE_REPEATED: 'Keep one of them; an attribute stands once.',
  RELEASE_ATTRIBUTE_INVALID: 'Mend the value of the attribute.',
  RELEASE_DATE_IMPOSSIBLE: 'Write a day of the calendar as YYYYMMDD, for example 20240523.',
  RELEASE_NUMBER_INVALID: 'Write a whole number from 0 to 9999 without leading zeros.',
  RELEASE_BOOLEAN_INVALID: 'Write true or false.',
  RELEASE_EMAIL_INVALID: 'Write one e-mail address, name@example.org.',
  RELEASE_URL_INVALID: 'Write one whole http or https address, without password or blanks.',
  RELEASE_CHOICE_INVALID: 'Choose one of the values named.',
  RELEASE_NAME_INVALID: 'Use letters, digits, - + and _ for the short name (blanks become _).',
  RELEASE_KEY_MISMATCH:
    'Write the plain short name of the product, or the PPA key that fits provider, platform and arch.',
  RELEASE_PACKAGES_EMPTY: 'Name at least one metapackage or one package for the platform.',
  RELEASE_PACKAGES_UNCHANGED: 'Name at least one metapackage or one package that differs from what the lock has.',
  RELEASE_PACKAGE_REPEATED: 'Name each package once per platform.',
  RELEASE_PACKAGE_MISMATCH: 'Let file name, pkgname, version, release and arch of the package say the same.',
  RELEASE_PACKAGE_ARCH: 'Give a package of the target architecture, or one for every architecture (noarch, all).',
  RELEASE_PACKAGE_FORMAT: 'Give packages of the platform: rpm with yum, deb with deb.',
  RELEASE_PACKAGE_URL: 'Give every package its url, or a synchURL to take them from.',
  RELEASE_SHA256_MISSING: 'Add sha256 to every package that comes by plain http, or serve it by https.',
  RELEASE_PPA_REPEATED: 'Name each product and platform once in a release.',
  RELEASE_CAPABILITY_NONE: 'Give NONE alone, or capabilities without NONE.',
  RELEASE_CAPABILITY_UNKNOWN: 'Choose from criteria/capabilities.yml, one element per capability.',
  RELEASE_PROTOCOL_OLD: 'Serve the packages from a yum or apt repository and say yum or deb.',
  RELEASE_LANE_UNKNOWN: 'Put the release under a distribution and major that repos/*.yml declares.',
  RELEASE_PLATFORM_UNKNOWN: 'Choose a platform that repos/<distribution>.yml declares for this major.',
  RELEASE_PROVIDER_UNKNOWN: 'Ask the release team to add releases/providers/<TP>.yml first.',
  RELEASE_PROVIDER_MISMATCH: 'Put the release into the folder of the provider it names.',
  RELEASE_PRODUCT_UNKNOWN: 'Ask the release team to add the product card releases/products/<product>.yml first.',
  RELEASE_PRODUCT_FOREIGN: 'Let the provider of the product card release it, or have the card changed first.',
  RELEASE_FOLDER_MISMATCH: 'Name the folder <product>-<major>.<minor>.<revision>, as the release.xml says.',
  RELEASE_VERSION_NOT_NEWER: 'Raise the version, or add release:reason which says why it must be this one.',
  RELEASE_TYPE_UNDERSTATED: 'Remove release:releaseType, or declare at least what the version step says.',
  RELEASE_PPA_SUBMITTED: 'Raise the version: the name of a PPA is used once.',

  PULL_TOO_LARGE: 'Send the release alone, one folder in one pull request.',
  PULL_PATH_INVALID: 'Use plain relative paths: no empty, `.` or `..` part, no backslash, no control character.',
  PULL_PATH_FORBIDDEN:
    'Leave these files alone: a release pull request adds releases/<distribution>/<major>/<TP>/<bundle>-<version>/release.xml only.',
  PULL_FILE_KIND: 'Add plain files: no symbolic link, no submodule, no executable.',
  PULL_FILE_REMOVED: 'Ask the release team to remove or rename a release.',
  PULL_SEVERAL_RELEASES: 'Open one pull request per release folder.',
  PULL_AUTHOR_UNKNOWN:
    'Have the release team add you to `people` of releases/providers/<TP>.yml, or let one of them open it.',
  PULL_MOVED: 'Nothing: the newer push is checked by a run of its own.',
  PULL_BASE_WRONG: 'Open the pull request against the branch candidate.',

  CALENDAR_INVALID: 'Mend releases/calendar.yml at the place named.',
  RECORD_INVALID: 'Leave rollout.yml to the reconciler; take the PPA out of the candidate when its record is lost.',
  EARLY_ADOPTERS_INVALID: 'Mend releases/early-adopters.yml at the place named.',
  TEXTS_INVALID:
    'Mend releases/<distribution>/<major>/<release>.yml at the place named; all seven texts of a release must be there.',
  TEXTS_UNWRITTEN: 'Write it in the pull request of the texts, and take the placeholder away.',
  ROLLBACK_REFUSED: 'Name a release that is out (git tag --list), and is not the base of later ones.',
  TAG_REFUSED: 'Delete the tag, mend what the reasons name, and let a release manager push it again.',

  FETCH_URL: 'Give https://host/path, without user name and password.',
  FETCH_SCHEME: 'Serve the file by https, or give its sha256 in release.xml.',
  FETCH_ADDRESS_PRIVATE: 'Give a public address; private ones are open only to the configuration of a local world.',
  FETCH_ALLOW_INVALID: 'Give host:port or an address block such as 127.0.0.0/8, separated by commas.',
  FETCH_REDIRECT: 'Give the final address.',
  FETCH_STATUS: 'Mend the address, or put the file there.',
  FETCH_UNAVAILABLE: 'The server is unwell: it is asked again with the next run.',
  FETCH_TOO_LARGE: 'Split the package, or ask the release team to raise the limit.',
  FETCH_LENGTH: 'Upload the file again, or mend its size in release.xml.',
  FETCH_TRUNCATED: 'Upload the file again if this stays; it is asked for again with the next run.',
  FETCH_DIGEST: 'The file was changed or mistaken: upload the declared one, or mend release.xml.',
  FETCH_TIMEOUT: 'Serve the file faster; it is asked for again with the next run.',
  FETCH_CONNECTION: 'Start the server, or mend the address; it is asked again with the next run.',
  FETCH_CERTIFICATE: 'Renew the certificate of the server.',
  FETCH_HOST: 'Mend the host name in the address.',
  PACKAGE_FORMAT: 'Give the address of a binary package, uploaded whole.',
  PACKAGE_IS_WEB_PAGE: 'The address leads to a page (a login, an error, a listing): give the one of the file itself.',
  PACKAGE_NAME: 'Let pkgname in release.xml be what the package calls itself.',
  PACKAGE_VERSION: 'Let version and release in release.xml be what the package says itself.',
  PACKAGE_ARCH: 'Give the package built for the architecture, and declare what it says itself.',
  PACKAGE_SIGNATURE_MISSING: 'Sign it with a key declared in releases/providers/<TP>.yml.',
  PACKAGE_SIGNATURE_UNKNOWN: 'Sign it with a declared key, or have the key declared in releases/providers/<TP>.yml.',
  PACKAGE_SIGNATURE_BAD: 'Sign it again and upload it whole.',
  PACKAGE_SIGNATURE_WEAK: 'Sign it again with SHA-256 or better.',
  PACKAGE_INDEX_EXPIRED: 'Sign the repository again; its Valid-Until has passed.',
  PACKAGE_INDEX_MISSING: 'Add Packages, Packages.gz or Packages.xz of the architecture to the signed Release.',
  PACKAGE_METADATA_UNSIGNED:
    'Sign repomd.xml with a declared key (repomd.xml.asc), or serve the repository by https; groups and modules bear no signature of their own.',
  PACKAGE_METADATA_TOO_LARGE: 'Split the repository: one of its own for each product.',
  PACKAGE_GROUPS_INVALID: 'Mend comps.xml at the place named, and make the repository anew (createrepo_c --groupfile).',
  PACKAGE_MODULES_INVALID: 'Mend modules.yaml at the place named (modulemd-validator), and add it anew (modifyrepo_c).',
  PACKAGE_MODULES_FOREIGN:
    'Release a stream with all of its packages of the platform, or take those that are not released out of its artifacts.',
  PACKAGE_MODULES_MISSING:
    'Add the stream with all its packages to modules.yaml of the repository of synchURL (modifyrepo_c), or build the packages for no module.',
  PACKAGE_INDEX_MOVED: 'Publish the repository whole; it is read again with the next run.',
  PACKAGE_UNLISTED: 'Publish the package in the repository of synchURL, or give its url.',
  PROVIDER_KEY_INVALID: 'Mend `keys` in releases/providers/<TP>.yml: armored OpenPGP public keys, not revoked.',

  FORGE_CONFIG_MISSING: 'Add the file to the default branch of the release repo.',
  INPUT_INVALID: 'Mend the input of the action as the sentence says.',

  FRAGMENT_UNREADABLE:
    'Look at what createrepo_c or apt-ftparchive writes for the package; another version may write otherwise.',
  POOL_NAME: 'Use letters, digits and . _ + ~ ^ : - in the name of a package file, and .rpm or .deb at its end.',
  POOL_DIGEST: 'Fetch the package again: it was changed or cut short on the way.',
  POOL_FORMAT: 'Look at the first bytes of the file: a web page or an archive cut short is the usual cause.',
  POOL_MISSING: 'Run split-release for the release that the package belongs to: it takes in what is missing.',
  POOL_MISMATCH: 'Let the lock say what the package itself says; a lock is written by the bouncer and not by hand.',
  SIGNER_KEY_INVALID:
    'Give one armored secret key without passphrase (gpg --armor --export-secret-keys), or the fingerprint of one that gpg’s agent or its token holds unlocked.',
  SITE_KEY_INVALID:
    'Put one armored public key into each repos/keys/<name>.asc (gpg --armor --export), never a secret one.',
  SIGNER_KEY_WEAK:
    'Make a key that today’s clients take: Ed25519, or RSA of 3072 bits or more, certified with SHA-512.',
  SIGNER_KEY_EXPIRED:
    'Extend the key (gpg --quick-set-expire) or make a new one, and publish it before the old one ends.',
  STATE_INVALID: 'Remove or mend state.json in the store; publishing again writes it anew.',
  SNAPSHOT_MISSING: 'Choose one that `npm run snapshots -- list` names; older ones were swept away.',
  PUBLISH_BUSY: 'Nothing: the other publisher reads the same refs; the next look publishes what it did not see.',
  PUBLISHED_DIFFERS: 'Run the publish workflow, then check again.',
  STORE_INVALID:
    'Set the repository variable STORE to the absolute path of the store, or s3://bucket/prefix, and PUBLIC_URL to where it is served.',
  COMMAND_MISSING: 'Install it: node scripts/setup.mjs does, or names the command to type.',
  COMMAND_FAILED: 'Read the program’s own message above.',

  CRITERIA_INVALID: 'Mend the catalogue, profile or version file below criteria/ at the place named.',
  VERIFICATION_INVALID:
    'Mend verification.yml at the place named; leave `ppa`, `criteria` and the machine’s rows alone.',
  VERIFICATION_UNFOUNDED:
    'Name the accepted report of an earlier version of the same PPA that answers the criterion itself, or clear the comment and answer the row.',
  VERIFICATION_MISPLACED:
    'Verify a pull request that the bouncer opened: one lock and one verification.yml, head branch ppa/<PPA>.',
  EVIDENCE_INVALID: 'Run the workflow again; evidence is written by an action and not by hand.',
  PUBLISHED_UNREACHABLE: 'See that the store is served at PUBLIC_URL, then try again.',
  PUBLISHED_OUTDATED: 'Wait for the publish workflow; the area does not hold the packages of the lock yet.',
  WORLD_MIRROR_MISSING:
    'Name a Debian archive with the suites bookworm and bullseye in the apt sources of this machine.',
  IMAGE_INVALID: 'Mend repos/images/<name>.yml at the place named; repos/images/debian-12.yml is an example.',
  IMAGE_SOURCES_MISSING: 'Add a deb source for the suite to the apt sources of this machine.',
  ENVIRONMENT_MISSING:
    'Run on a machine that can give such systems, or name another provider for the platform in repos/<distribution>.yml.',
  ENVIRONMENT_BASE_MISSING: 'Verify on a runner of the platform, whose own repositories are its base.',
  ENVIRONMENT_FAULT: 'The environment is at fault, not the product: try again, and look at the machine when it stays.',
  GIT_RACED: 'Run it again: a branch moved while it was read.',
} as const satisfies Readonly<Record<string, string>>;

export type FaultCode = keyof typeof REMEDIES;

/** A fault of the vocabulary; `hint` only where the place knows better than the table. */
export function fault(code: FaultCode, sentence: string, where?: Where, hint: string = REMEDIES[code]): Fault {
  return { code, sentence, hint, ...(where === undefined ? {} : { where }) };
}

/** The same as something to throw. */
export function refusal(code: FaultCode, sentence: string, options: { hint?: string; cause?: unknown } = {}) {
  const { hint = REMEDIES[code], cause } = options;
  return new ProvisioningError(code, sentence, hint, cause === undefined ? {} : { cause });
}

/** @throws ProvisioningError with all faults, when there is one; its code and sentence are the first one's. */
export function throwAll(faults: readonly Fault[]): void {
  const [first] = faults;
  if (first !== undefined) throw new ProvisioningError(first.code, first.sentence, first.hint, { faults });
}
