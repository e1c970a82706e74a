/** Checks the status of a response, parses its body, and turns what is wrong into a PortError. */
import type { ZodType } from 'zod';
import { PortError } from '../../ports/errors';
import type { FailureKind } from '../../domain/failure';
import { plainWords } from './plain-words';
import type { HttpResponse } from './response';

/** The body of a 2xx response. @throws PortError as `httpError` for any other status; garbage unless the body is JSON that fits `schema`. */
export function bodyOf<T>(response: HttpResponse, schema: ZodType<T>): T {
  if (response.status < 200 || response.status > 299) throw httpError(response);
  return parseBody(response, schema);
}

/** As `bodyOf`, but also accepts a 503 whose body fits `schema`: an unhealthy shop returns its health report with that status. */
export function bodyOr503<T>(response: HttpResponse, schema: ZodType<T>): T {
  if (response.status !== 503) return bodyOf(response, schema);
  const result = schema.safeParse(jsonOf(response.text));
  if (!result.success) throw httpError(response);
  return result.data;
}

/** @throws PortError as `httpError` unless the status is 2xx. */
export function requireSuccess(response: HttpResponse): void {
  if (response.status < 200 || response.status > 299) throw httpError(response);
}

/** For calls whose success has an empty body. @throws PortError as `httpError` unless the status is 2xx; garbage when there is a body. */
export function requireEmpty(response: HttpResponse): void {
  requireSuccess(response);
  if (response.text.trim() === '') return;
  const because = `${capitalized(response.server)} returned ${response.status} with an unexpected body; expected an empty one.`;
  throw new PortError('garbage', because);
}

/** The body as parsed by `schema`, whatever the status. @throws PortError garbage that names the first invalid field. */
export function parseBody<T>(response: HttpResponse, schema: ZodType<T>): T {
  const json = jsonOf(response.text);
  if (json === undefined) {
    const what = response.text.trimStart().startsWith('<') ? 'a web page' : 'a body that is not JSON';
    throw new PortError(
      'garbage',
      `${capitalized(response.server)} returned ${response.status} with ${what}; expected JSON.`,
    );
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field =
    issue === undefined || issue.path.length === 0 ? 'body' : plainWords(issue.path.join(' ')).replaceAll(' ', '.');
  throw new PortError(
    'garbage',
    `${capitalized(response.server)} returned ${response.status} with an invalid ${field}: ${issue?.message ?? 'unknown'}.`,
  );
}

/** The error for a status that is no success, with what may be repeated of the server's own message. */
export function httpError(response: HttpResponse, now = Date.now()): PortError {
  const kind = failureKindOf(response.status);
  const words = messageOf(response.text, response.quote);
  const because = `${capitalized(response.server)} returned ${response.status}${words === '' ? '' : `: ${words}`}`;
  const waitMs = kind === 'limited' ? retryAfterMs(response.headers['retry-after'], now) : undefined;
  return new PortError(kind, asSentence(because), waitMs === undefined ? {} : { waitMs });
}

function failureKindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'absent';
  if (status === 409 || status === 412) return 'conflict';
  if (status === 429) return 'limited';
  if (status === 408 || status === 425 || status >= 500) return 'unavailable';
  return status >= 400 ? 'refused' : 'garbage';
}

/** The wait of a Retry-After header, in seconds or as a date, capped at 60 s; undefined when it is neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : /^[A-Z][a-z]{2},? /.test(text) ? Date.parse(text) - now : NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), 60_000);
}

/** The server's error message, as far as `quote` repeats it, at most 200 characters; empty for a web page. */
export function messageOf(text: string, quote: (words: string) => string): string {
  const json = jsonOf(text);
  const words = json === undefined ? (text.trimStart().startsWith('<') ? '' : text) : messageIn(json);
  return quote(words.replace(/\s+/g, ' ').trim()).slice(0, 200);
}

function messageIn(json: unknown): string {
  if (typeof json === 'string') return json;
  if (Array.isArray(json)) return json.map(messageIn).filter(Boolean).join('; ');
  if (typeof json !== 'object' || json === null) return '';
  const fields = new Map(Object.entries(json));
  return ['because', 'message', 'detail', 'error', 'errors']
    .map((name) => messageIn(fields.get(name)))
    .filter(Boolean)
    .join(': ');
}

/** The parsed body, or undefined when it is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The server's name at the start of a sentence: only an article is capitalized, never a host name. */
export const capitalized = (text: string) => text.replace(/^the /, 'The ');

const asSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
