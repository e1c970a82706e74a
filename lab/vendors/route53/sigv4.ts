/** Whether a request is signed as AWS's Signature Version 4 wants it; by AWS's page "Create a signed AWS API request". */
import { createHash, createHmac } from 'node:crypto';
import type { FakeRequest } from '../kit/request';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** The id of the key that `request` claims to be signed with; undefined when it claims none. */
export function keyIdOf({ headers }: FakeRequest): string | undefined {
  return /^AWS4-HMAC-SHA256 Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1];
}

/** True when the secret signed exactly this request. */
export function isSignedBy(secret: string, request: FakeRequest): boolean {
  const { method, path, query, headers, body } = request;
  const [, scope = '', signed = '', signature = ''] =
    /Credential=\w+\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(headers.authorization ?? '') ?? [];
  const search = [...query].map(([key, value]) => `${escaped(key)}=${escaped(value)}`).sort();
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`);
  const canonical = [method, path, search.join('&'), lines.join(''), signed, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, hash(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex') === signature;
}
