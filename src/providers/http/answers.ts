/** Turns what servers answer into sentences, and into the failures of `errors.ts`. */
import type { ZodType } from 'zod';
import { PortError } from '../../ports/errors';
import type { FailureKind } from '../../domain/failure';
import type { HttpAnswer } from './answer';

/** The value of `answer`'s body. @throws PortError as `refusalOf` says unless 2xx; garbage when it is not the JSON of `schema`. */
export function bodyOf<T>(answer: HttpAnswer, schema: ZodType<T>): T {
  if (answer.status < 200 || answer.status > 299) throw httpError(answer);
  return parseBody(answer, schema);
}

/** As `valueOf`, but a 503 whose body is the account we asked for is an answer, not a failure. */
export function bodyOr503<T>(answer: HttpAnswer, schema: ZodType<T>): T {
  if (answer.status !== 503) return bodyOf(answer, schema);
  const result = schema.safeParse(jsonOf(answer.text));
  if (!result.success) throw httpError(answer);
  return result.data;
}

/** @throws PortError as `refusalOf` says unless 2xx. */
export function requireSuccess(answer: HttpAnswer): void {
  if (answer.status < 200 || answer.status > 299) throw httpError(answer);
}

/** For calls that answer a success without a word. @throws PortError as `refusalOf` says unless 2xx; garbage when something was said. */
export function requireEmpty(answer: HttpAnswer): void {
  requireSuccess(answer);
  if (answer.text.trim() === '') return;
  const because = `${answer.who} was expected to say nothing but yes, and answered something else (${answer.status}).`;
  throw new PortError('garbage', because);
}

/** The body as `schema` wants it, whatever the status. @throws PortError garbage that names the first field that is wrong. */
export function parseBody<T>(answer: HttpAnswer, schema: ZodType<T>): T {
  const json = jsonOf(answer.text);
  if (json === undefined) {
    const what = answer.text.trimStart().startsWith('<') ? 'a web page' : 'something else';
    throw new PortError('garbage', `Where JSON was expected, ${answer.who} answered ${what} (${answer.status}).`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.');
  throw new PortError(
    'garbage',
    `The answer of ${answer.who} is not usable: ${field}: ${issue?.message ?? 'unknown'}.`,
  );
}

/** The failure that a status stands for, in our words and the server's own. */
export function httpError(answer: HttpAnswer, now = Date.now()): PortError {
  const kind = kindOf(answer.status);
  const words = reasonOf(answer.text, answer.hide);
  const because = `${answer.who} answered ${answer.status}${words === '' ? '' : `: ${words}`}`;
  const waitMs = kind === 'limited' ? retryAfterMs(answer.headers['retry-after'], now) : undefined;
  return new PortError(kind, sentence(because), waitMs === undefined ? {} : { waitMs });
}

function kindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'absent';
  if (status === 409 || status === 412) return 'conflict';
  if (status === 429) return 'limited';
  if (status === 408 || status === 425 || status >= 500) return 'unavailable';
  return status >= 400 ? 'refused' : 'garbage';
}

/** Milliseconds of a Retry-After header, seconds or a date, at most 60 s; undefined when it says neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : /^[A-Z][a-z]{2},? /.test(text) ? Date.parse(text) - now : NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), 60_000);
}

/** What a server says went wrong, without secrets, at most 200 characters of one line; nothing of a web page. */
export function reasonOf(text: string, hide: (text: string) => string): string {
  const json = jsonOf(text);
  const words = json === undefined ? (text.trimStart().startsWith('<') ? '' : text) : said(json);
  return hide(words).replace(/\s+/g, ' ').trim().slice(0, 200);
}

function said(json: unknown): string {
  if (typeof json === 'string') return json;
  if (Array.isArray(json)) return json.map(said).filter(Boolean).join('; ');
  if (typeof json !== 'object' || json === null) return '';
  const fields = new Map(Object.entries(json));
  return ['because', 'message', 'detail', 'error', 'errors']
    .map((name) => said(fields.get(name)))
    .filter(Boolean)
    .join(': ');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
