import { rename, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError } from '#core/faults.ts';
import { isRetriable } from '#core/intake/retriable.ts';
import { type AddressPolicy, addressPolicy } from '#shell/fetch-address.ts';
import {
  type Attempt,
  body,
  checkAnnounced,
  type Expected,
  type Fetched,
  head,
  type Resolve,
  systemResolve,
} from '#shell/fetch-attempt.ts';
import { asFault, statusFault } from '#shell/fetch-fault.ts';

export interface FetchRequest {
  readonly url: string;
  /** Where the file shall stand; written beside as `<to>.part` and renamed only when every check has passed. */
  readonly to: string;
  /** Of one attempt, redirects and body included. */
  readonly limits: { readonly bytes: number; readonly milliseconds: number };
  /** `host:port` or CIDR that may be private and plain http: the local world's providers. */
  readonly allow: readonly string[];
  readonly expect?: Expected;
  /** The caller checks an OpenPGP signature of the bytes, or they are one: plain http can do no harm then. */
  readonly authenticated?: boolean;
  /** First pause between attempts, doubled each time; milliseconds. */
  readonly backoff?: number;
  readonly resolve?: Resolve;
}

const ATTEMPTS = 3;
const REDIRECTS = 5;

/**
 * Takes one file from a provider, trusting nothing it says (design.md section 5).
 * @throws ProvisioningError FETCH_URL, FETCH_SCHEME, FETCH_ADDRESS_PRIVATE, FETCH_REDIRECT, FETCH_STATUS, FETCH_UNAVAILABLE,
 * FETCH_TOO_LARGE, FETCH_LENGTH, FETCH_TRUNCATED, FETCH_DIGEST, FETCH_TIMEOUT, FETCH_CONNECTION, FETCH_HOST, FETCH_CERTIFICATE, PACKAGE_IS_WEB_PAGE
 */
export async function fetchPackage(request: FetchRequest): Promise<Fetched> {
  const policy = addressPolicy(request.allow);
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchOnce(request, policy);
    } catch (error) {
      const fault = asFault(request.url, error, request.limits.milliseconds);
      if (attempt >= ATTEMPTS || !isRetriable(fault)) throw fault;
      await pause((request.backoff ?? 500) * 2 ** (attempt - 1));
    }
  }
}

async function fetchOnce(request: FetchRequest, policy: AddressPolicy): Promise<Fetched> {
  const { limits, expect = {}, authenticated = false, resolve = systemResolve } = request;
  const signal = AbortSignal.timeout(limits.milliseconds);
  const attempt: Attempt = { policy, resolve, expect, authenticated, limits, signal };
  const part = `${request.to}.part`;
  try {
    const { url, response } = await follow(parseUrl(request.url), attempt);
    const fetched = await take(url, response, part, attempt).catch((error: unknown) => {
      throw isPage(response) && isMismatch(error) ? webPage(url, error) : error;
    });
    await rename(part, request.to);
    return fetched;
  } finally {
    await rm(part, { force: true });
  }
}

async function take(url: URL, response: IncomingMessage, part: string, attempt: Attempt): Promise<Fetched> {
  checkAnnounced(url, response, attempt);
  const fetched = await body(url, response, part, attempt);
  const { sha256 } = attempt.expect;
  if (sha256 !== undefined && fetched.sha256 !== sha256) throw wrongDigest(url, sha256, fetched);
  return fetched;
}

/** A login or error page sent with status 200 has the wrong length and digest, too: say what it is. */
function isPage({ headers }: IncomingMessage): boolean {
  return /^text\/html\b|^application\/xhtml/i.test(headers['content-type'] ?? '');
}

function isMismatch(error: unknown): error is ProvisioningError {
  return error instanceof ProvisioningError && ['FETCH_LENGTH', 'FETCH_DIGEST'].includes(error.code);
}

function webPage(url: URL, cause: ProvisioningError): ProvisioningError {
  return refusal('PACKAGE_IS_WEB_PAGE', `${url.href} answers with a web page.`, { cause });
}

/** Redirects by hand, every hop checked like the first one. */
async function follow(start: URL, attempt: Attempt) {
  let url = start;
  for (let hops = 0; ; hops++) {
    checkScheme(url, attempt);
    const response = await head(url, attempt);
    const status = response.statusCode ?? 0;
    if (status === 200) return { url, response };
    response.destroy();
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) throw statusFault(url, status);
    if (hops === REDIRECTS) throw badRedirect(start, `is redirected more than ${REDIRECTS} times.`);
    const next = parseUrl(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw badRedirect(start, `is redirected from https to ${next.href}.`);
    url = next;
  }
}

function parseUrl(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (url !== undefined && url.hostname !== '' && url.username === '' && url.password === '') return url;
  throw refusal('FETCH_URL', `"${text}" is no address a package can be fetched from.`);
}

/** Plain http is bearable only when the bytes are pinned or signed, or the host is the local world's own. */
function checkScheme(url: URL, { expect, authenticated, policy }: Attempt): void {
  if (url.protocol === 'https:') return;
  const pinned = authenticated || expect.sha256 !== undefined;
  if (url.protocol === 'http:' && (pinned || policy.trusts(url))) return;
  throw refusal('FETCH_SCHEME', `${url.href} can be changed on the way.`);
}

function badRedirect(start: URL, sentence: string): ProvisioningError {
  return refusal('FETCH_REDIRECT', `${start.href} ${sentence}`);
}

function wrongDigest(url: URL, wanted: string, { sha256, size }: Fetched): ProvisioningError {
  return refusal('FETCH_DIGEST', `${url.href} has sha256 ${sha256} (${size} bytes), declared is ${wanted}.`);
}
