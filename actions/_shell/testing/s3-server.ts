import { spawn } from 'node:child_process';
import { once } from 'node:events';

// Keys that s3rver takes; they protect nothing.
const KEYS = {
  AWS_ACCESS_KEY_ID: 'S3RVER',
  AWS_SECRET_ACCESS_KEY: 'S3RVER',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

// It reckons the signature of a listing otherwise than the SDK and Amazon do, so signatures are let pass. It knows no
// conditional writes: with `conditions` they are heeded before it, as the S3 API reference describes PutObject.
const SERVER = `
const S3rver = require('@20minutes/s3rver');
const [directory, bucket, conditions] = process.argv.slice(1);
const options = { allowMismatchedSignatures: true, address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: bucket }] };
const server = new S3rver(options);
let turn = Promise.resolve();
if (conditions) server.middleware.unshift((ctx, next) => {
  const [none, match] = [ctx.get('if-none-match'), ctx.get('if-match')];
  if (ctx.method !== 'PUT' || (none === '' && match === '')) return next();
  const mine = turn.then(async () => {
    const key = decodeURIComponent(ctx.path).split('/').slice(2).join('/');
    const there = await server.store.existsObject(bucket, key) ? await server.store.getObject(bucket, key) : undefined;
    there?.content?.destroy();
    if (match !== '' && there === undefined) ctx.throw(404);
    if (none !== '' ? there === undefined : there.metadata.etag === match) return next();
    ctx.status = 412;
    ctx.type = 'application/xml';
    ctx.body = '<?xml version="1.0"?><Error><Code>PreconditionFailed</Code></Error>';
  });
  turn = mine.catch(() => {});
  return mine;
});
server.run().then(({ port }) => console.log(port));
`;

/** An S3-compatible server in a process of its own, with one bucket; who asks without keys may read. */
export async function s3Server(folder: string, bucket: string, { conditions = false } = {}) {
  Object.assign(process.env, KEYS);
  const child = spawn(process.execPath, ['-e', SERVER, folder, bucket, ...(conditions ? ['conditions'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const endpoint = `http://127.0.0.1:${port.toString().trim()}`;
  return {
    /** What STORE would say. */
    place: (prefix: string) => `s3://${bucket}/${prefix}?endpoint=${endpoint}&region=us-east-1`,
    url: (prefix: string) => `${endpoint}/${bucket}/${prefix}`,
    close: async () => {
      child.kill();
      await once(child, 'close');
    },
  };
}
