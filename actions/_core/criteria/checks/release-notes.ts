import { type Page, pagesText } from '../documentation.ts';
import type { Facts } from '../facts.ts';
import { type Check, type Finding, listed } from '../finding.ts';
import { reading } from '../reads.ts';

/** QC_DOC_1: the notes of this release are there, can be read by everyone and name its version; what they say a person judges. */
export const releaseNotes: Check = { reads: reading(['documentation']), from: ['pages'], judge };

function judge({ documentation }: Facts): Finding {
  if (documentation === undefined)
    return { result: 'Not tested', comment: 'The release.xml of this PPA was not read.', evidence: '' };
  const { notes, pages } = documentation;
  const evidence = [notes, pagesText(pages)].filter((part) => part !== '').join('\n');
  const about = pages.filter(({ kind }) => kind !== 'documentation');
  const own = about.find(({ kind, from }) => kind === 'release notes' && from === 'release.xml');
  const say = (result: Finding['result'], comment: string): Finding => ({ result, comment, evidence });
  if (notes === '' && own === undefined) return say('FAIL', 'release.xml has no release notes.');
  if (own?.state === 'gone') return say('FAIL', `The release notes cannot be read: ${own.url} ${own.said}.`);
  if (own?.state === 'unknown') return say('Not tested', `The release notes could not be asked for: ${own.said}.`);
  const dead = about.filter(({ state }) => state === 'gone');
  if (dead.length > 0) return say('WARNING', `Not to be reached: ${shown(dead)}.`);
  if (own !== undefined && !own.namesVersion) return say('WARNING', `${own.url} does not name the released version.`);
  const unasked = about.filter(({ state }) => state === 'unknown');
  const besides = unasked.length === 0 ? '' : ` Could not be asked from here: ${shown(unasked)}.`;
  return say('OK', `${own === undefined ? 'The release notes stand in release.xml' : `${own.url} answers`}.${besides}`);
}

function shown(pages: readonly Page[]): string {
  return listed(pages.map(({ kind, url, said }) => `${kind} ${url} ${said}`));
}
