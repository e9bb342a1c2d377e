import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDistribution } from '#core/distribution/parse.ts';
import { soundOf } from '#core/yaml.ts';
import { parseCapabilities } from './capabilities.ts';
import { parseProductCard } from './card.ts';
import { parseProvider, speaksFor } from './provider.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const cards = readdirSync('releases/products').filter((name) => name.endsWith('.yml'));
const providers = readdirSync('releases/providers').filter((name) => name.endsWith('.yml'));
const cardOf = (name: string) => soundOf(parseProductCard(read(`releases/products/${name}`), { file: name }));
const providerOf = (name: string) => soundOf(parseProvider(read(`releases/providers/${name}`), { file: name }));

test('the capabilities are the 28 of domain.md section 5', () => {
  // Copied by hand from the document.
  const listed =
    'Authentication, Attribute Authority, Authorization, Credential Management, Information Model, Information Discovery, Messaging, File Encryption/Decryption, File Access, File Transfer, File Transfer Scheduling, Storage Management, Data Access, Metadata Catalogue, Database Access, Job Execution, Parallel Job, Job Scheduling, Interactive Job Management, Workflow, Remote Instrumentation, Client API, Client Tools, Monitoring, Accounting, VM Management, VM Image Format, Virtual Machine Image Management';
  const file = 'criteria/capabilities.yml';
  expect(soundOf(parseCapabilities(read(file), { file }))).toEqual(listed.split(', '));
});

test.each(cards)('card %s fits its name, the capabilities, the platforms and a provider that exists', (name) => {
  const card = cardOf(name);
  expect(`${card.product}.yml`).toBe(name);
  const file = 'criteria/capabilities.yml';
  expect(soundOf(parseCapabilities(read(file), { file }))).toEqual(expect.arrayContaining([...card.capabilities]));
  const umd = soundOf(parseDistribution(read('repos/umd.yml'), { file: 'repos/umd.yml' }));
  expect(Object.keys(umd.platforms)).toEqual(expect.arrayContaining([...card.platforms]));
  expect(providers).toContain(`${card.provider}.yml`);
});

test.each(providers)('provider %s fits its name', (name) => {
  expect(`${providerOf(name).shortName}.yml`).toBe(name);
});

test('faults of a card and of a provider come all at once, with their lines', () => {
  const card = parseProductCard('product: VOMS\nname: x\nlink2: http://x\n', { file: 'c.yml' }).faults;
  expect(card.map(({ code }) => code)).toEqual(card.map(() => 'CARD_INVALID'));
  expect(card.map(({ where }) => where?.line)).toEqual(expect.arrayContaining([1, 3]));
  const text = read('releases/providers/INFN.yml').replace('keys: []', 'keys:\n  - {fingerprint: abc, file: k.asc}');
  const faults = parseProvider(text.replace('@infn', ' infn'), { file: 'p.yml' }).faults;
  expect(faults.map(({ where }) => where?.line).sort()).toEqual([4, 8]);
});

test('logins are compared without regard to case', () => {
  const provider = { ...providerOf('INFN.yml'), people: ['Ada-L'] };
  expect([speaksFor(provider, 'ada-l'), speaksFor(provider, 'ada')]).toEqual([true, false]);
});
