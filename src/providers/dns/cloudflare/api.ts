/** The calls of Cloudflare's API v4: its envelope, what its codes mean, and the id of a zone. */
import { z, type ZodType } from 'zod';
import { currentWork } from '../../rate-limit/scope';
import { PortError } from '../../../ports/errors';
import type { FailureKind } from '../../../domain/failure';
import type { HttpAnswer } from '../../http/answer';
import type { HttpClient, HttpRequest } from '../../http/client';
import { parseBody, httpError } from '../../http/answers';

export const who = 'Cloudflare';

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

/** What a code stands for, where the status alone does not say it. */
const meanings: Readonly<Record<number, FailureKind>> = {
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

/** A failure with the codes that Cloudflare gave for it. */
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
  /** @throws PortError absent when the token sees no such zone, refused when it sees several. */
  id: () => Promise<string>;
}

/** `permission` is what the call needs, as Cloudflare calls it. @throws CloudflareRefusal; PortError garbage. */
export async function ask<T>(
  http: HttpClient,
  permission: string,
  request: HttpRequest,
  result: ZodType<T>,
): Promise<{ result: T; total: number | undefined }> {
  const answer = await http.ask(request);
  const { status } = answer;
  // Also a 200 may carry `success: false`.
  if (status < 200 || status > 299 || !parseBody(answer, envelope).success) throw refusal(answer, permission);
  const whole = parseBody(answer, z.object({ result, result_info: resultInfo.nullish() }));
  return { result: whole.result, total: whole.result_info?.total_count };
}

function refusal(answer: HttpAnswer, permission: string): CloudflareRefusal {
  const said = httpError(answer);
  const problems = problemsOf(answer.text);
  const codes = problems.map(({ code }) => code);
  const meant = answer.status === 429 || answer.status >= 500 ? undefined : codes.map((code) => meanings[code]);
  const kind = meant?.find((one) => one !== undefined) ?? said.kind;
  const hint = kind === 'denied' ? hintOf(problems, answer.status, permission) : undefined;
  const causes = problems.filter(({ inner }) => inner).map(({ message }) => `${answer.hide(message).slice(0, 200)}.`);
  const told = codes.length === 0 ? undefined : `Its code is ${codes.join(', ')}.`;
  const because = [said.message, ...causes, hint, told].filter((text) => text !== undefined).join(' ');
  const waitMs = kind === 'limited' ? (said.waitMs ?? untilReset(answer)) : undefined;
  return new CloudflareRefusal(kind, because, codes, waitMs);
}

function hintOf(problems: readonly { code: number; message: string }[], status: number, permission: string): string {
  const words = problems.map(({ message }) => message).join(' ');
  if (/from location/i.test(words)) return 'Add the address of this worker to those that the token may be used from.';
  const known = problems.some(({ code }) => code === 10000 || code === 9109);
  const wrong = /invalid (access|API) token|request headers/i.test(words) || (status === 401 && !known);
  if (wrong) return 'Make a new token: this one is wrong, expired or taken back.';
  return `Give the token the permission ${permission} for ${permission.startsWith('Load Balancing:') ? 'its account' : 'this zone'}.`;
}

interface Problem {
  code: number;
  message: string;
  /** The cause of another one. */
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

/** Where Retry-After is missing, `Ratelimit: "default";r=0;t=212` tells when calls are allowed again; at most a minute is waited. */
function untilReset({ headers }: HttpAnswer): number | undefined {
  const spent = [...(headers.ratelimit ?? '').matchAll(/;\s*r=0\s*;\s*t=(\d+)/g)].map(([, t]) => Number(t) * 1_000);
  return spent.length === 0 ? undefined : Math.min(Math.max(...spent), 60_000);
}

/** A zone whose id is looked up once, by its name, unless it is given. */
export function zoneOf(http: HttpClient, name: string, given: string | undefined): Zone {
  const lookedUp = once(() => zoneCalled(http, name, 'dns.provider'));
  const id = given === undefined ? async () => (await lookedUp()).id : () => Promise.resolve(given);
  return { http, name, id };
}

/**
 * Asks until there is an answer, which is kept. Only the same work shares a question that is under way: another's may wait for a permit or
 * be held back, and a failover must not wait with a look.
 */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  const underWay = new Map<object | undefined, Promise<T>>();
  let known: { answer: T } | undefined;
  return async () => {
    if (known !== undefined) return known.answer;
    const work = currentWork();
    const asked = underWay.get(work) ?? ask().finally(() => underWay.delete(work));
    underWay.set(work, asked);
    known = { answer: await asked };
    return known.answer;
  };
}

/** `where` is the place in the site file, for the sentences. @throws PortError absent or refused unless there is one. */
export async function zoneCalled(http: HttpClient, zone: string, where: string): Promise<z.output<typeof zoneShape>> {
  const name = zone.slice(0, -1);
  const request = { path: `/zones?${new URLSearchParams({ name, per_page: '50' }).toString()}` };
  const { result } = await ask(http, 'Zone Read', request, z.array(zoneShape));
  const called = result.filter((one) => one.name.toLowerCase() === name);
  const active = called.filter(({ status }) => status === 'active');
  const [one, other] = active.length > 0 ? active : called;
  if (one === undefined) {
    const because = `The token sees no zone ${name} at ${who}; correct ${where}.zone, add the zone to the token's resources with the permission Zone Read, or give ${where}.zoneId.`;
    throw new PortError('absent', because);
  }
  if (other === undefined) return one;
  const ids = (active.length > 0 ? active : called).map(({ id }) => id).join(', ');
  throw new PortError('refused', `The token sees several zones ${name} (${ids}); say which by ${where}.zoneId.`);
}

/** The zone of this id. */
export async function zoneOfId(http: HttpClient, id: string): Promise<z.output<typeof zoneShape>> {
  return (await ask(http, 'Zone Read', { path: `/zones/${encodeURIComponent(id)}` }, zoneShape)).result;
}
