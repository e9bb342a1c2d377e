import type { Stage } from '#scripts/forge/conformance/stage.ts';

export async function files({ maintainer, at }: Stage): Promise<void> {
  const { repos } = maintainer.rest;
  const content = Buffer.from('one\n').toString('base64');
  const { data: made } = await repos.createOrUpdateFileContents({
    ...at,
    path: 'data/one.txt',
    message: 'Add one',
    content,
  });
  const sha = made.content?.sha ?? '';
  const { data: changed } = await repos.createOrUpdateFileContents({
    ...at,
    path: 'data/one.txt',
    message: 'Change one',
    content: Buffer.from('two\n').toString('base64'),
    sha,
  });
  await repos.getContent({ ...at, path: 'data/one.txt' });
  await repos.getContent({ ...at, path: 'data' });
  await repos.getReadme(at);
  await repos.deleteFile({ ...at, path: 'data/one.txt', message: 'Remove one', sha: changed.content?.sha ?? '' });
}

export async function releases({ app, at }: Stage): Promise<void> {
  const { repos } = app.rest;
  const { data: release } = await repos.createRelease({
    ...at,
    tag_name: 'umd-5.0.0',
    target_commitish: 'main',
    name: 'UMD 5.0.0',
    body: 'First',
  });
  const of = { ...at, release_id: release.id };
  await repos.getRelease(of);
  await repos.updateRelease({ ...of, body: 'The first' });
  await repos.getReleaseByTag({ ...at, tag: 'umd-5.0.0' });
  await repos.getLatestRelease(at);
  await repos.listReleases(at);
  await repos.deleteRelease(of);
  await app.rest.apps.revokeInstallationAccessToken();
}
