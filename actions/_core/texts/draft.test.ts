import { expect, test } from 'vitest';
import type { Lock } from '#core/ppa/lock.ts';
import type { ReleaseProduct } from '#core/release/release.ts';
import type { Verification } from '#core/verification/verification.ts';
import { draftAgain, draftOf, isUntouched } from './draft.ts';
import type { Source } from './parts.ts';
import { parseTexts, renderTexts, tagOfTexts, textsPath, unwritten } from './texts.ts';

const about = { tag: 'umd-5.1.0', distribution: { title: 'UMD', contact: 'umd@egi.example' } };
const FILE = 'releases/umd/5/umd-5.1.0.yml';

function source(
  ppa: string,
  given: Partial<Record<'notes' | 'log' | 'found' | 'issues' | 'advice', string>> = {},
): Source {
  const [, product = ''] = ppa.split('.');
  const version = ppa.split('-').at(-1) ?? '';
  const lock: Lock = {
    ...{ ppa, product, provider: 'INFN', version, type: 'minor', packages: [] },
    release: `releases/umd/5/INFN/${product}-${version}`,
  };
  const [major = 0, minor = 0, revision = 0] = version.split('.').map(Number);
  const said = {
    ...{ name: product.toUpperCase(), version: { major, minor, revision }, date: '20260601', emergency: false },
    ...{ contact: 'c@infn.example', technicalContact: 't@infn.example', documentationLinks: [], description: '' },
    ...{ releaseNotes: given.notes ?? '', changeLog: given.log ?? '' },
  } as unknown as ReleaseProduct;
  const row = { name: 'World-writable files', machine: 'WARNING', result: '', comment: given.found, found: 'x' };
  const verification = {
    ...{ rows: given.found === undefined ? [] : [row], tickets: [], forEarlyAdopters: given.advice ?? '' },
  } as unknown as Verification;
  const reports = given.issues === undefined ? [] : [{ team: 'lip', outcome: 'accept' as const, issues: given.issues }];
  return { lock, product: said, verification, record: { ppa, lock: '', tickets: ['#9'], reports } };
}
const VOMS = 'INFN.voms.debian-12.amd64-2.1.0';
const BDII = 'INFN.bdii.debian-12.amd64-6.0.0';
const voms = source(VOMS, {
  ...{ notes: 'Mends CVE-2026-1234 (severity: high).', log: '- new parser', found: 'One directory in /var.' },
  ...{ issues: 'the timer\nis late', advice: 'Restart the daemon.' },
});
const first = draftOf(about, [voms]);

test('the seven texts come from release notes, change log, verification, early adopters and tickets', () => {
  const heading = '**VOMS 2.1.0 of INFN (minor; debian-12/amd64)**';
  expect(first.texts.releaseNotes).toBe(
    `${heading}\nSecurity update, important: CVE-2026-1234.\nMends CVE-2026-1234 (severity: high).`,
  );
  expect(first.texts.changeLog).toBe(`${heading}\n- new parser`);
  expect(first.texts.installationNotes).toBe(`${heading}\nRestart the daemon.`);
  expect(first.texts.knownIssues.split('\n')).toEqual([
    heading,
    '- debian-12/amd64: World-writable files: One directory in /var.',
    '- debian-12/amd64: the timer is late (early adopter lip)',
    '- debian-12/amd64: ticket #9',
  ]);
  expect([first.texts.contact, first.texts.technicalContact]).toEqual(['umd@egi.example', 't@infn.example']);
  expect(first.ppas).toEqual([VOMS]);
});

test('what only a person can write is a placeholder, and is missed until it is written', () => {
  expect(unwritten(first).map(({ code }) => code)).toEqual(['TEXTS_UNWRITTEN']);
  const written = { ...first, texts: { ...first.texts, description: 'A quiet release.' } };
  expect(unwritten(written)).toEqual([]);
  expect([isUntouched(first), isUntouched(written)]).toEqual([true, false]);
});

test('it is a file that is read again as it was, and only under its own name', () => {
  expect(parseTexts(renderTexts(first), { file: FILE }).value).toEqual(first);
  const other = parseTexts(renderTexts(first), { file: 'releases/umd/5/umd-5.2.0.yml' });
  expect(other.faults.map(({ sentence }) => sentence)).toEqual([
    'The texts are those of umd-5.1.0, the file is releases/umd/5/umd-5.2.0.yml.',
  ]);
  expect(textsPath({ lane: { distribution: 'umd', major: 5 }, version: '5.1.0' })).toBe(FILE);
  expect(
    ['releases/umd/4/umd-5.1.0.yml', 'releases/umd/5/cmd-5.1.0.yml', 'releases/umd/5/notes.yml'].map(tagOfTexts),
  ).toEqual([undefined, undefined, undefined]);
});

test.each([
  [(text: string) => text.replace(/ {2}knownIssues:.*\n(?: {4}.*\n)*/, ''), 'texts lacks "knownIssues".'],
  [(text: string) => text.replace(/ {2}contact: .*/, "  contact: ' '"), 'texts.contact must match pattern "\\S".'],
  [(text: string) => `${text}extra: 1\n`, 'The document has an unknown key "extra".'],
])('a file that lacks a text is refused', (change, sentence) => {
  const broken = change(renderTexts(first));
  expect(broken).not.toBe(renderTexts(first));
  expect(parseTexts(broken, { file: FILE }).faults.map((fault) => fault.sentence)).toEqual([sentence]);
});

test('untouched texts are drafted anew; a person’s words stay, what comes is added, what goes is told', () => {
  const both = [voms, source(BDII, { notes: 'Faster.' })];
  expect(draftAgain(first, about, both)).toEqual(draftOf(about, both));
  const edited = { ...first, texts: { ...first.texts, description: 'A quiet release.', knownIssues: 'None known.' } };
  const more = draftAgain(edited, about, both);
  expect(more.texts.description).toBe('A quiet release.');
  expect(more.texts.releaseNotes).toBe(
    `${first.texts.releaseNotes}\n\n**BDII 6.0.0 of INFN (minor; debian-12/amd64)**\nFaster.`,
  );
  expect(more.texts.knownIssues).toBe('**BDII 6.0.0 of INFN (minor; debian-12/amd64)**\n- debian-12/amd64: ticket #9');
  expect(more.ppas).toEqual([BDII, VOMS]);
  expect(draftAgain(more, about, both)).toEqual(more);
  const less = draftAgain(more, about, [both[1] as Source]);
  expect(less.ppas).toEqual([BDII]);
  expect(unwritten(less)[0]?.sentence).toContain(`${VOMS} is not in this release any more`);
});
