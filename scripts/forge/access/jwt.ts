import { verify } from 'node:crypto';
import type { Forge } from '#scripts/forge/forge.ts';
import type { App } from '#scripts/forge/state/people.ts';
import { HttpFault } from '#scripts/forge/web/faults.ts';

/** Longest life of an app's JWT, and how far its clock may be ahead. Seconds. */
const LONGEST = 600;
const AHEAD = 60;

/**
 * The app that signed this JWT (RS256, `iss` its id or client id, `exp` at most ten minutes away).
 * Its times are the signer's, who reads the machine's clock: they are judged by that, not by the forge's virtual one.
 * @throws HttpFault 401 in GitHub's words.
 */
export function appOfJwt(forge: Forge, jwt: string): App {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const header = decoded(head);
  const claims = decoded(body);
  if (header.alg !== 'RS256') throw new HttpFault(401, 'A JSON web token could not be decoded');
  const issuer = String(claims.iss ?? '');
  const app = forge.db.apps
    .values()
    .find((candidate) => String(candidate.id) === issuer || candidate.clientId === issuer);
  if (app === undefined || app.publicKey === '') throw new HttpFault(401, "'Issuer' claim ('iss') must be an Integer");
  const signed = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    app.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) throw new HttpFault(401, 'A JSON web token could not be decoded');
  checkTimes(Number(claims.iat), Number(claims.exp));
  return app;
}

function checkTimes(issued: number, expires: number): void {
  const now = Date.now() / 1000;
  if (!(expires > now))
    throw new HttpFault(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (expires > now + LONGEST + AHEAD)
    throw new HttpFault(401, "'Expiration time' claim ('exp') is too far in the future");
  if (!(issued <= now + AHEAD))
    throw new HttpFault(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
}

function decoded(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new HttpFault(401, 'A JSON web token could not be decoded');
  }
}
