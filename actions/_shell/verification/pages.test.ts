import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentationOf } from './pages.ts';

/** Pages of a provider on the loopback; release.xml is written here by hand. */
const PAGES: Readonly<Record<string, string>> = { '/notes': '<h1>Tiny 1.2.3</h1>', '/guide': '<h1>Guide</h1>' };
const server = createServer((request, response) => {
  const page = PAGES[request.url ?? ''];
  response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(page ?? 'no');
});
let at = '';
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

function asked(notes: string, links: readonly string[], allow: readonly string[] = [at]) {
  const lock = { product: 'tiny', version: '1.2.3', release: 'releases/umd/5/INFN/tiny-1.2.3' } as never;
  const release = `<?xml version="1.0" encoding="UTF-8"?>
<release:release xmlns:release="http://repo.egi.eu/0.2/release"><release:productShortName>tiny</release:productShortName>
${links.map((link) => `<release:documentationLink>${link}</release:documentationLink>`).join('\n')}
<release:releaseNotes>${notes}</release:releaseNotes><release:changeLog>Mended.</release:changeLog></release:release>`;
  return documentationOf({
    subject: { lock, release },
    card: { documentation: { installation: `http://${at}/guide` } },
    allow,
  });
}

test('what answers is reached, what answers 404 is gone, each with what it is and who names it', async () => {
  const found = await asked(`http://${at}/notes`, [`http://${at}/guide`, `http://${at}/old`]);
  expect(found?.notes).toBe('');
  expect(found?.pages.map(({ kind, from, url, state }) => `${kind} ${from} ${url.replace(at, '')} ${state}`)).toEqual([
    'release notes release.xml http:///notes reached',
    'documentation release.xml http:///guide reached',
    'documentation release.xml http:///old gone',
  ]);
  expect(found?.pages.map(({ namesVersion }) => namesVersion)).toEqual([true, false, false]);
  expect(found?.pages[2]?.said).toBe('answers 404, not 200');
});

test('a text needs no page; a private address is none for sites, a server that is not there says nothing', async () => {
  const found = await asked('Mends the spool.', [`http://${at}/guide`], []);
  expect(found?.notes).toBe('Mends the spool.');
  expect(found?.pages.map(({ state, said }) => `${state} ${said}`)).toEqual([
    'gone leads to 127.0.0.1, which is not public',
  ]);
  const [dead] = (await asked('Mends the spool.', ['http://127.0.0.1:9/guide'], ['127.0.0.1:9', at]))?.pages ?? [];
  expect(dead?.state).toBe('unknown');
});

test('without a release.xml nothing is known', async () => {
  const subject = { lock: {} as never };
  expect(await documentationOf({ subject, card: {}, allow: [] })).toBeUndefined();
});
