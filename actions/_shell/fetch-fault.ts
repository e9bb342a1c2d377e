import type { FaultCode } from '#core/fault-codes.ts';
import { refusal } from '#core/fault-codes.ts';
import { ProvisioningError } from '#core/faults.ts';

/** 5xx, 408 and 429 may pass; every other status is an answer. */
export function statusFault(url: URL, status: number): ProvisioningError {
  const passing = status >= 500 || status === 408 || status === 429;
  return refusal(passing ? 'FETCH_UNAVAILABLE' : 'FETCH_STATUS', `${url.href} answers ${status}, not 200.`);
}

/** OpenSSL's words for a certificate that does not hold: ERR_TLS_CERT_ALTNAME_INVALID, DEPTH_ZERO_SELF_SIGNED_CERT … */
const CERTIFICATE = /CERT|TLS|SSL|UNABLE_TO_|SELF_SIGNED/;
const NETWORK = /^(ECONNREFUSED|ECONNRESET|EPIPE|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EAI_AGAIN)$/;

/**
 * Every accident of a fetch in our own words; what is none of the network's (a full disk) is thrown on as it is.
 * @param milliseconds the limit that a time-out names
 */
export function asFault(url: string, error: unknown, milliseconds: number): ProvisioningError {
  if (error instanceof ProvisioningError) return error;
  const [code, sentence] = wordsOf(error as NodeJS.ErrnoException, milliseconds);
  if (code === undefined) throw error;
  return refusal(code, `${url} ${sentence}`, { cause: error });
}

function wordsOf({ name = '', code = '', message = '' }: NodeJS.ErrnoException, limit: number): [FaultCode?, string?] {
  if (name === 'AbortError' || name === 'TimeoutError') return ['FETCH_TIMEOUT', `took longer than ${limit} ms.`];
  if (code.startsWith('HPE_')) return ['FETCH_LENGTH', `sends something else than it announced (${code}).`];
  if (CERTIFICATE.test(code)) return ['FETCH_CERTIFICATE', `shows no valid certificate (${code}).`];
  if (code === 'ENOTFOUND') return ['FETCH_HOST', 'names a host that is not known.'];
  if (message === 'aborted' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return ['FETCH_TRUNCATED', 'ended before the announced length.'];
  return NETWORK.test(code) ? ['FETCH_CONNECTION', `cannot be reached (${code}).`] : [];
}
