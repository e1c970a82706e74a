import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { ApiError } from './faults';

const vantages = ['north', 'east', 'west'] as const;
const itemOperations = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'];
const tableChanges = ['CreateTable', 'UpdateTable', 'DeleteTable'];

export interface Caller {
  name: string;
  secret: string;
}

export type Callers = Map<string, Caller>;

/** Reads the access keys `table-NAME` (`ACCESS_KEY_ID:SECRET_ACCESS_KEY`) of runbook, shop and vantages. */
export function readCallers(secretsDir: string): Callers {
  const names = ['runbook', 'shop', ...vantages];
  return new Map(
    names.map((name) => {
      const [id, secret] = readFileSync(join(secretsDir, `table-${name}`), 'utf8')
        .trim()
        .split(':');
      if (!id || !secret) throw new Error(`secret table-${name} must be ACCESS_KEY_ID:SECRET_ACCESS_KEY`);
      return [id, { name, secret }];
    }),
  );
}

/** The secret between the two regions: derived from all keys, so that no single caller of the API has it. */
export function replicationToken(callers: Callers): string {
  const ids = [...callers].map(([id, { secret }]) => `${id}:${secret}`).sort();
  return createHash('sha256')
    .update(`replication ${ids.join(' ')}`)
    .digest('hex');
}

/** Checks AWS Signature Version 4 (POST to `/` without query) and returns the caller, or the error that AWS returns. */
export function authenticate(headers: IncomingHttpHeaders, body: string, callers: Callers): Caller | ApiError {
  const found = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
    headers.authorization ?? '',
  );
  if (!found) {
    return refusal(
      'MissingAuthenticationTokenException',
      'Request is missing an AWS4-HMAC-SHA256 Authorization header.',
    );
  }
  const [, id = '', scope = '', signedHeaders = '', signature = ''] = found;
  const caller = callers.get(id);
  if (!caller) return refusal('UnrecognizedClientException', 'The security token included in the request is invalid.');
  const expected = sign(caller.secret, scope, signedHeaders.split(';'), headers, body);
  const given = Buffer.from(signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return refusal(
      'InvalidSignatureException',
      'The request signature we calculated does not match the one you provided.',
    );
  }
  return caller;
}

function sign(secret: string, scope: string, names: string[], headers: IncomingHttpHeaders, body: string): Buffer {
  const values = names
    .map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replaceAll(/ +/g, ' ')}\n`,
    )
    .join('');
  const canonical = ['POST', '/', '', values, names.join(';'), sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', String(headers['x-amz-date'] ?? ''), scope, sha256(canonical)].join('\n');
  let key = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key).update(toSign).digest();
}

/** A vantage's key is the easiest to lose, so it gives access to the vantage's own canary items only. */
export function authorize(caller: Caller, operation: string, keys: string[]): ApiError | null {
  const isVantage = vantages.some((name) => name === caller.name);
  const ownItems = keys.length > 0 && keys.every((key) => key.startsWith(`canary#${caller.name}#`));
  const allowed = isVantage ? itemOperations.includes(operation) && ownItems : !tableChanges.includes(operation);
  if (allowed) return null;
  const message = `User: table-${caller.name} is not authorized to perform: dynamodb:${operation} on this resource`;
  return refusal('AccessDeniedException', message);
}

function refusal(type: string, message: string): ApiError {
  return { status: 400, type, message };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
