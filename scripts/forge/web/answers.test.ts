import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Bench, openBench } from '#scripts/forge/conformance/bench.ts';
import { furnish } from '#scripts/forge/conformance/hands.ts';

let bench: Bench;
let set: Awaited<ReturnType<typeof furnish>>;
beforeAll(async () => {
  bench = openBench();
  set = await furnish(bench);
  for (let count = 0; count < 7; count += 1) await set.owner.rest.issues.create({ ...set.at, title: `issue ${count}` });
});
afterAll(() => bench.close());

const get = (path: string, headers: Record<string, string> = {}) => bench.request(`/api/v3${path}`, { headers });

test('lists come by the page, with the addresses of the others', async () => {
  const answer = await get('/repos/umd/release/issues?per_page=3&page=2');
  expect(await answer.json()).toMatchObject([{ number: 4 }, { number: 3 }, { number: 2 }]);
  const to = (page: number) => `<http://localhost/api/v3/repos/umd/release/issues?per_page=3&page=${page}>`;
  expect(answer.headers.get('link')).toBe(
    `${to(1)}; rel="prev", ${to(3)}; rel="next", ${to(3)}; rel="last", ${to(1)}; rel="first"`,
  );
  expect(await set.owner.paginate(set.owner.rest.issues.listForRepo, { ...set.at, per_page: 2 })).toHaveLength(7);
});

test('what has not changed is answered 304 and costs nothing', async () => {
  const first = await get('/repos/umd/release');
  const etag = first.headers.get('etag') ?? '';
  expect((await get('/repos/umd/release', { 'if-none-match': etag })).status).toBe(304);
  await set.owner.rest.issues.create({ ...set.at, title: 'one more' });
  expect((await get('/repos/umd/release', { 'if-none-match': etag })).status).toBe(200);
});

test("every answer carries the forge's own time, refusals too", async () => {
  bench.admin.set(new Date('2031-07-08T12:00:00Z'));
  for (const path of ['/repos/umd/release', '/repos/umd/none', '/nowhere']) {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await get(path)).headers.get('date')).toMatch(/^Tue, 08 Jul 2031 12:00:/);
  }
  bench.admin.advance(3_600_000);
  expect((await get('/repos/umd/release')).headers.get('date')).toMatch(/^Tue, 08 Jul 2031 13:00:/);
  const { data } = await set.owner.rest.issues.create({ ...set.at, title: 'late' });
  expect(data.created_at).toMatch(/^2031-07-08T13:00:/);
});

test('a route that is not there says so loudly', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const answer = await get('/repos/umd/release/milestones');
  expect(answer.status).toBe(501);
  expect(await answer.json()).toMatchObject({
    message: 'GET /api/v3/repos/umd/release/milestones is not part of the local forge',
  });
  expect(said).toHaveBeenCalledWith('forge: 501 GET /api/v3/repos/umd/release/milestones: not part of the local forge');
});

test("refusals have GitHub's body", async () => {
  const answer = await bench.request('/api/v3/repos/umd/release/issues', {
    method: 'POST',
    body: '{',
    headers: { authorization: `Bearer ${bench.admin.createToken({ login: 'owner' })}` },
  });
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { message: 'Problems parsing JSON', documentation_url: 'https://docs.github.com/rest', status: '400' },
  ]);
});

test('what the forge serves at /api/v3 it serves at the root too', async () => {
  expect((await bench.request('/repos/umd/release')).status).toBe(200);
});

test('the address of a file gives its bytes', async () => {
  const { data } = await set.owner.rest.repos.getContent({ ...set.at, path: 'a.txt', ref: 'candidate' });
  const address = (data as { download_url: string }).download_url;
  expect(await (await bench.request(address)).text()).toBe('a\n');
});
