import { spawn } from 'node:child_process';
import { once } from 'node:events';

// Keys that s3rver takes; they protect nothing.
const KEYS = {
  AWS_ACCESS_KEY_ID: 'S3RVER',
  AWS_SECRET_ACCESS_KEY: 'S3RVER',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

// It reckons the signature of a listing otherwise than the SDK and Amazon do, so signatures are let pass.
const SERVER = `
const S3rver = require('@20minutes/s3rver');
const options = { allowMismatchedSignatures: true, address: '127.0.0.1', port: 0, silent: true, directory: process.argv[1], configureBuckets: [{ name: process.argv[2] }] };
new S3rver(options).run().then(({ port }) => console.log(port));
`;

/** An S3-compatible server in a process of its own, with one bucket; who asks without keys may read. */
export async function s3Server(folder: string, bucket: string) {
  Object.assign(process.env, KEYS);
  const child = spawn(process.execPath, ['-e', SERVER, folder, bucket], { stdio: ['ignore', 'pipe', 'inherit'] });
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
