/** The object that the health check reads: one line of text at a URL, changed with If-Match. */
import { PortError } from '../../../ports/errors';
import type { HttpClient } from '../../http/client';
import { httpError } from '../../http/read-response';
import type { HttpResponse } from '../../http/response';

export const objectName = "the health check's object";
/** No object has this ETag, so a change with it as If-Match never happens. */
const absentEtag = '"handover-never"';

export interface WatchedObject {
  /** Reads without the secret, as the health checkers do. */
  reader: HttpClient;
  /** Writes with the secret. */
  writer: HttpClient;
  path: string;
  /** What it may say, by region. */
  texts: Readonly<Record<string, string>>;
}

/** The object's text, null when it does not exist, and the ETag that a change is conditional on. */
export interface ObjectContent {
  text: string | null;
  etag: string | undefined;
}

export async function fetchObject({ reader, path, texts }: WatchedObject): Promise<ObjectContent> {
  const response = await reader.send({ path, headers: { 'cache-control': 'no-cache' } });
  if (response.status === 404) return { text: null, etag: undefined };
  requireText(response);
  const text = response.text.trim();
  const isKnown = Object.values(texts).includes(text);
  return { text: isKnown ? text : response.quote(text).slice(0, 200), etag: response.headers.etag };
}

/** @throws PortError unless `response` is a success with plain text. */
export function requireText(response: HttpResponse): void {
  if (response.status < 200 || response.status > 299) throw httpError(response);
  if (response.text.trimStart().startsWith('<'))
    throw new PortError(
      'garbage',
      `The health check's object returned ${response.status} with a web page; expected a line of text.`,
    );
}

export function writeText(
  { writer, path }: WatchedObject,
  line: string,
  etag: string | undefined,
): Promise<HttpResponse> {
  const headers = { 'content-type': 'text/plain', ...(etag === undefined ? {} : { 'if-match': etag }) };
  return writer.send({ method: 'PUT', path, body: `${line}\n`, headers });
}

/** A change with an If-Match that never holds shows whether the secret is valid and the server honors If-Match. It repeats the current text. */
export async function etagFlaws(object: WatchedObject, { text, etag }: ObjectContent): Promise<string[]> {
  const overwrites = "so a move could overwrite somebody else's change; use a server that supports ETag and If-Match";
  const neverMatches = 'which If-Match never matches, so every move would fail; use a server that sends strong ETags';
  if (etag === undefined) return [`The health check's object has no ETag, ${overwrites}.`];
  if (etag.startsWith('W/')) return [`The health check's object has a weak ETag, ${neverMatches}.`];
  const response = await writeText(object, text ?? '', absentEtag);
  if (response.status === 412) return [];
  requireText(response);
  return [`The server of the health check's object ignored If-Match, ${overwrites}.`];
}
