import { ProvisioningError } from '#core/faults.ts';

/** 5xx, 408 and 429 may pass; every other status is an answer. */
export function statusFault(url: URL, status: number): ProvisioningError {
  const passing = status >= 500 || status === 408 || status === 429;
  return passing
    ? new ProvisioningError('FETCH_UNAVAILABLE', `${url.href} answers ${status}.`, 'The server is unwell: try later.')
    : new ProvisioningError('FETCH_STATUS', `${url.href} answers ${status}, not 200.`, 'Correct the address.');
}

/** OpenSSL's words for a certificate that does not hold: ERR_TLS_CERT_ALTNAME_INVALID, DEPTH_ZERO_SELF_SIGNED_CERT … */
const CERTIFICATE = /CERT|TLS|SSL|UNABLE_TO_|SELF_SIGNED/;

/** Every accident of a fetch in our own words; `milliseconds` is the limit that a time-out names. */
export function asFault(url: string, error: unknown, milliseconds: number): ProvisioningError {
  if (error instanceof ProvisioningError) return error;
  const { name = '', code = '', message = String(error), cause } = error as NodeJS.ErrnoException;
  const of = (kind: string, sentence: string, hint: string) =>
    new ProvisioningError(kind, sentence, hint, { cause: error });
  if (cause instanceof ProvisioningError) return cause;
  if (name === 'AbortError' || name === 'TimeoutError')
    return of('FETCH_TIMEOUT', `${url} took longer than ${milliseconds} ms.`, 'Try later, or serve it faster.');
  if (code.startsWith('HPE_'))
    return of('FETCH_LENGTH', `${url} sends more than it announced (${code}).`, 'Repair the server.');
  if (CERTIFICATE.test(code))
    return of('FETCH_CERTIFICATE', `${url} shows no valid certificate (${code}).`, 'Renew the certificate.');
  if (code === 'ENOTFOUND') return of('FETCH_HOST', `${url}: the host is not known.`, 'Correct the address.');
  if (message === 'aborted' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return of('FETCH_TRUNCATED', `${url} ended before the announced length.`, 'Try later, or upload it again.');
  if (NETWORK.has(code)) return of('FETCH_CONNECTION', `${url}: ${code}.`, 'Try later, or correct the address.');
  throw error;
}

const NETWORK = new Set('ECONNREFUSED ECONNRESET EPIPE EHOSTUNREACH ENETUNREACH ETIMEDOUT EAI_AGAIN'.split(' '));
