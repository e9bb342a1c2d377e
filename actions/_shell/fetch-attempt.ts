import { createHash } from 'node:crypto';
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { createWriteStream } from 'node:fs';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { refusal } from '#core/fault-codes.ts';
import type { ProvisioningError } from '#core/faults.ts';
import { type AddressPolicy, hostOf } from '#shell/fetch-address.ts';

/** Asks the resolver; the only thing a test may put in the place of the network's own. */
export type Resolve = (host: string, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;

export const systemResolve: Resolve = (host, done) => systemLookup(host, { all: true }, done);

export interface Fetched {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export interface Expected {
  readonly sha256?: string;
  /** Bytes. */
  readonly size?: number;
}

export interface Attempt {
  readonly policy: AddressPolicy;
  readonly resolve: Resolve;
  readonly expect: Expected;
  readonly authenticated: boolean;
  readonly limits: { readonly bytes: number; readonly milliseconds: number };
  readonly signal: AbortSignal;
}

export function addressRefused(address: string, url: URL): ProvisioningError {
  return refusal('FETCH_ADDRESS_PRIVATE', `${url.href} leads to ${address}, which is not public.`);
}

/**
 * Gives the socket only addresses that were checked: what is looked up here is what is connected to, so a name that
 * answers differently the next time (DNS rebinding) gains nothing. One forbidden address refuses all of them.
 */
function guardedLookup(url: URL, { policy, resolve }: Attempt): LookupFunction {
  return (host, options, callback) => {
    resolve(host, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const refused = addresses.find(({ address }) => !policy.permits(address, url));
      if (refused !== undefined) return callback(addressRefused(refused.address, url), '', 0);
      const [first] = addresses;
      if (first === undefined) return callback(new Error(`${host} has no address.`), '', 0);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

/** Sends one GET and gives the answer's head; the body is not read yet. Checks the address before and after connecting. */
export function head(url: URL, attempt: Attempt): Promise<IncomingMessage> {
  const literal = hostOf(url);
  if (/^[\d.]+$|:/.test(literal) && !attempt.policy.permits(literal, url)) throw addressRefused(literal, url);
  return new Promise((answered, refused) => {
    const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
    const headers = { 'user-agent': 'umd-provisioning', 'accept-encoding': 'identity' };
    const lookup = guardedLookup(url, attempt);
    const request = send(url, { agent: false, headers, lookup, signal: attempt.signal });
    request.on('socket', (socket) =>
      socket.on('connect', () => {
        const { remoteAddress = '' } = socket;
        if (!attempt.policy.permits(remoteAddress, url)) request.destroy(addressRefused(remoteAddress, url));
      }),
    );
    let answer: IncomingMessage | undefined;
    request.on('error', (error) => (answer === undefined ? refused(error) : answer.destroy(error)));
    request.on('response', (response) => {
      answer = response;
      answered(response);
    });
    request.end();
  });
}

function tooLarge(url: URL, limit: number): ProvisioningError {
  return refusal('FETCH_TOO_LARGE', `${url.href} is larger than ${limit} bytes.`);
}

function wrongLength(url: URL, sentence: string): ProvisioningError {
  return refusal('FETCH_LENGTH', `${url.href} ${sentence}`);
}

/** What the announced length already tells: refused before a byte of the body is read. */
export function checkAnnounced(url: URL, response: IncomingMessage, { expect, limits }: Attempt): void {
  const text = response.headers['content-length'];
  if (text === undefined) return;
  const announced = Number(text);
  if (announced > limits.bytes) throw tooLarge(url, limits.bytes);
  if (expect.size !== undefined && announced !== expect.size)
    throw wrongLength(url, `is announced with ${announced} bytes, declared with ${expect.size}.`);
}

/** Streams the body to `to` and digests it on the way; never more than the limit reaches the disk. */
export async function body(url: URL, response: IncomingMessage, to: string, attempt: Attempt): Promise<Fetched> {
  const { expect, limits, signal } = attempt;
  const digest = createHash('sha256');
  let size = 0;
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limits.bytes) throw tooLarge(url, limits.bytes);
      if (expect.size !== undefined && size > expect.size)
        throw wrongLength(url, `is longer than the declared ${expect.size} bytes.`);
      digest.update(chunk);
      yield chunk;
    }
  }
  const file = createWriteStream(to, { flags: 'w', mode: 0o644 });
  const closed = new Promise<void>((done) => file.once('close', done));
  // A pipeline that fails early is over before its file is even open: who clears away must not come first.
  await pipeline(response, counted, file, { signal }).finally(() => closed);
  if (expect.size !== undefined && size !== expect.size)
    throw wrongLength(url, `has ${size} bytes, declared are ${expect.size}.`);
  return { sha256: digest.digest('hex'), size };
}
