/** Calls to Cloudflare's API v4: the response envelope, its error codes, and the id of a zone. */
import { domainToUnicode } from 'node:url';
import { z, type ZodType } from 'zod';
import { currentWork } from '../../rate-limit/scope';
import { asClause } from '../../../domain/sentence';
import { PortError } from '../../../ports/errors';
import type { FailureKind } from '../../../domain/failure';
import type { HttpResponse } from '../../http/response';
import type { HttpClient, HttpRequest } from '../../http/client';
import { canonicalName } from '../provider';
import { parseBody, httpError } from '../../http/read-response';

export const vendor = 'Cloudflare';

const problem = z.object({ code: z.number(), message: z.string() });
const envelope = z.object({
  success: z.boolean(),
  errors: z.array(problem.extend({ error_chain: z.array(problem).nullish() })).nullish(),
});
const resultInfo = z.object({ total_count: z.int() });
const zoneShape = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  account: z.object({ id: z.string() }).nullish(),
});

/** Error codes whose meaning the status alone does not show. */
const failureKinds: Readonly<Record<number, FailureKind>> = {
  6003: 'denied',
  9109: 'denied',
  10000: 'denied',
  1001: 'absent',
  7000: 'absent',
  7003: 'absent',
  81044: 'absent',
  81053: 'conflict',
  81054: 'conflict',
  81057: 'conflict',
  81058: 'conflict',
};

/** An error with Cloudflare's error codes. */
export class CloudflareRefusal extends PortError {
  readonly codes: readonly number[];

  constructor(kind: FailureKind, because: string, codes: readonly number[], waitMs?: number) {
    super(kind, because, waitMs === undefined ? {} : { waitMs });
    this.codes = codes;
  }
}

export interface Zone {
  http: HttpClient;
  /** Canonical. */
  name: string;
  /** @throws PortError absent when the token can't see the zone, refused when it sees several of that name. */
  id: () => Promise<string>;
}

/** `permission` is Cloudflare's name of the permission that the call needs. @throws CloudflareRefusal; PortError garbage. */
export async function call<T>(
  http: HttpClient,
  permission: string,
  request: HttpRequest,
  result: ZodType<T>,
): Promise<{ result: T; total: number | undefined }> {
  const response = await http.send(request);
  const { status } = response;
  // A 200 may contain `success: false` too.
  if (status < 200 || status > 299 || !parseBody(response, envelope).success) throw refusal(response, permission);
  const body = parseBody(response, z.object({ result, result_info: resultInfo.nullish() }));
  return { result: body.result, total: body.result_info?.total_count };
}

function refusal(response: HttpResponse, permission: string): CloudflareRefusal {
  const error = httpError(response);
  const problems = problemsOf(response.text);
  const codes = problems.map(({ code }) => code);
  const kindsOfCodes =
    response.status === 429 || response.status >= 500 ? undefined : codes.map((code) => failureKinds[code]);
  const kind = kindsOfCodes?.find((one) => one !== undefined) ?? error.kind;
  const hint = kind === 'denied' ? hintOf(problems, response.status, permission) : undefined;
  const causes = problems
    .filter(({ inner }) => inner)
    .map(({ message }) => `${asClause(response.quote(message).slice(0, 200))}.`);
  const shownCodes = codes.length === 0 ? undefined : `Cloudflare error code: ${codes.join(', ')}.`;
  const because = [error.message, ...causes, hint, shownCodes].filter((text) => text !== undefined).join(' ');
  const waitMs = kind === 'limited' ? (error.waitMs ?? untilReset(response)) : undefined;
  return new CloudflareRefusal(kind, because, codes, waitMs);
}

function hintOf(problems: readonly { code: number; message: string }[], status: number, permission: string): string {
  const words = problems.map(({ message }) => message).join(' ');
  if (/from location/i.test(words)) return "Add this worker's address to the token's client IP address filter.";
  const known = problems.some(({ code }) => code === 10000 || code === 9109);
  const wrong = /invalid (access|API) token|request headers/i.test(words) || (status === 401 && !known);
  if (wrong) return 'Create a new token: this one is wrong, expired or revoked.';
  return `Grant the token the permission ${permission} for ${permission.startsWith('Load Balancing:') ? 'its account' : 'this zone'}.`;
}

interface Problem {
  code: number;
  message: string;
  /** True for an entry of another error's `error_chain`. */
  inner: boolean;
}

function problemsOf(text: string): Problem[] {
  try {
    const { errors } = envelope.parse(JSON.parse(text));
    return (errors ?? []).flatMap(({ code, message, error_chain: chain }) => [
      { code, message, inner: false },
      ...(chain ?? []).map((one) => ({ ...one, inner: true })),
    ]);
  } catch {
    return [];
  }
}

/** Without Retry-After, `Ratelimit: "default";r=0;t=212` tells the seconds until calls are allowed again. Capped at 60 s. */
function untilReset({ headers }: HttpResponse): number | undefined {
  const spent = [...(headers.ratelimit ?? '').matchAll(/;\s*r=0\s*;\s*t=(\d+)/g)].map(([, t]) => Number(t) * 1_000);
  return spent.length === 0 ? undefined : Math.min(Math.max(...spent), 60_000);
}

/** A zone whose id is looked up by name once, unless it is given. */
export function openZone(http: HttpClient, name: string, given: string | undefined): Zone {
  const lookedUp = once(() => findZone(http, name, 'dns.provider'));
  const id = given === undefined ? async () => (await lookedUp()).id : () => Promise.resolve(given);
  return { http, name, id };
}

/**
 * Runs `load` until it succeeds and keeps the result. A pending call is shared only within the same piece of work: a call of other work may
 * be held back by the rate limiter, and a failover must not wait for a background check.
 */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  const pending = new Map<object | undefined, Promise<T>>();
  let loaded: { value: T } | undefined;
  return async () => {
    if (loaded !== undefined) return loaded.value;
    const work = currentWork();
    const call = pending.get(work) ?? load().finally(() => pending.delete(work));
    pending.set(work, call);
    loaded = { value: await call };
    return loaded.value;
  };
}

/** `field` is the field of the site file, for error messages. @throws PortError absent or refused unless exactly one zone matches. */
export async function findZone(http: HttpClient, zone: string, field: string): Promise<z.output<typeof zoneShape>> {
  const name = zone.slice(0, -1);
  const named = async (filter: string) => {
    const request = { path: `/zones?${new URLSearchParams({ name: filter, per_page: '50' }).toString()}` };
    const { result } = await call(http, 'Zone Read', request, z.array(zoneShape));
    return result.filter((one) => canonicalName(one.name) === zone);
  };
  // Cloudflare lists internationalized zones in Unicode and records in their xn-- form.
  const [ascii, unicode] = [await named(name), domainToUnicode(name)];
  const matching = ascii.length > 0 || unicode === name ? ascii : await named(unicode);
  const active = matching.filter(({ status }) => status === 'active');
  const [one, other] = active.length > 0 ? active : matching;
  if (one === undefined) {
    const because = `The token can't see the zone ${name} at ${vendor}; correct ${field}.zone, grant the token Zone Read for this zone, or set ${field}.zoneId.`;
    throw new PortError('absent', because);
  }
  if (other === undefined) return one;
  const ids = (active.length > 0 ? active : matching).map(({ id }) => id).join(', ');
  throw new PortError(
    'refused',
    `The token sees several zones named ${name} (${ids}); set ${field}.zoneId to one of them.`,
  );
}

/** The zone with this id. */
export async function getZone(http: HttpClient, id: string): Promise<z.output<typeof zoneShape>> {
  return (await call(http, 'Zone Read', { path: `/zones/${encodeURIComponent(id)}` }, zoneShape)).result;
}
