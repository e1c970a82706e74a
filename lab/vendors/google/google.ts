/**
 * Google Cloud DNS by its REST API v1 as far as the adapter uses it, by Google's reference of 2026-11, and the token endpoint for service
 * accounts; texts of errors as users report them. It answers as the real one does where that is known: deletions to the letter, a change as a
 * whole or not at all, 412 and 409 and 404 for what does not fit, `pending` until the name servers have it, pages with tokens.
 */
import { createVerify, randomUUID } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { RecordSet } from '../../../src/ports/ports';
import { originOf, serversOf, startDnsFake, type DnsFake, type DnsFakeOptions } from '../kit/dns';
import { slidingWindow, type Limit } from '../kit/limits';
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import { fakeZone, type FakeZone } from '../kit/zone';

export type GooglePermission =
  | `dns.managedZones.${'list' | 'get'}`
  | `dns.resourceRecordSets.${'list' | 'create' | 'delete'}`
  | `dns.changes.${'create' | 'get'}`;

export interface GoogleZone {
  name: string;
  dnsName: string;
  visibility?: 'public' | 'private';
}

export interface GoogleOptions extends DnsFakeOptions {
  project: string;
  /** Service accounts by their address: the public half of their key, and what they may. */
  accounts: Readonly<Record<string, { publicKey: string; may: readonly GooglePermission[] }>>;
  /** Managed zones of the project; by default the fake's own alone, which is the first of this list. */
  managedZones?: readonly GoogleZone[];
  /** Of the project; none by default. */
  limit?: Limit;
  /** How long a token is good; an hour by default. */
  tokenSeconds?: number;
}

/** As it is stored. */
interface GoogleSet {
  name: string;
  type: string;
  ttl: number;
  rrdatas?: readonly string[];
  routingPolicy?: object;
}

export interface GoogleFake extends DnsFake {
  tokenUrl: string;
  /** Tokens given so far. */
  tokens: () => string[];
  /** No token that was given is good any more. */
  revoke: () => void;
  /** Stores sets as they are, those of routing policies too. */
  store: (...sets: GoogleSet[]) => void;
}

/** Holds on purpose what `encodeURIComponent` changes. */
const tokenPrefix = 'ya29.fake/token+';
const scope = 'https://www.googleapis.com/auth/ndev.clouddns.readwrite';
const reasons: Record<number, string> = {
  400: 'invalid',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  409: 'alreadyExists',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
};

const failedAs = (code: number, reason: string, message: string): FakeReply => {
  const errors = [{ message, domain: 'global', reason }];
  return { status: code, body: { error: { code, message, errors } } };
};
const failed = (status: number, message: string) => failedAs(status, reasons[status] ?? 'backendError', message);
const limited = () => failedAs(403, 'rateLimitExceeded', 'Rate Limit Exceeded');

export async function startGoogle(options: GoogleOptions): Promise<GoogleFake> {
  const origin = originOf(options);
  const zone = fakeZone<GoogleSet>({ origin, setsOf, nameServers: serversOf(options).length });
  const store = (...sets: GoogleSet[]) => {
    const replaced = (one: GoogleSet) => sets.some((set) => set.name === one.name && set.type === one.type);
    zone.change((known) => [...known.filter((one) => !replaced(one)), ...sets]);
  };
  store({ name: origin, type: 'NS', ttl: 21_600, rrdatas: ['ns-cloud-d1.googledomains.com.'] });
  const given = new Map<string, { account: string; until: number }>();
  const all: string[] = [];
  const give = (account: string) => {
    const token = `${tokenPrefix}${randomUUID()}`;
    all.push(token);
    given.set(token, { account, until: Date.now() + (options.tokenSeconds ?? 3_600) * 1_000 });
    return { access_token: token, expires_in: options.tokenSeconds ?? 3_599, token_type: 'Bearer' };
  };
  const fake = await startDnsFake(options, {
    zone,
    put: ({ name, type, ttlSeconds: ttl, values: rrdatas }) => store({ name, type, ttl, rrdatas }),
    secrets: [],
    routes: [
      { method: 'POST', path: '/token', answer: ({ body }) => tokenFor(options.accounts, body, give) },
      ...routesOf(zone, options, (token) => {
        const one = given.get(token);
        return one === undefined || one.until < Date.now() ? undefined : options.accounts[one.account]?.may;
      }),
    ],
    failed,
    limited,
  });
  return { ...fake, tokenUrl: `${fake.url}/token`, tokens: () => all, revoke: () => given.clear(), store };
}

const claims = z.object({ iss: z.string(), scope: z.string(), aud: z.string(), exp: z.number(), iat: z.number() });

/** RFC 7523: an assertion that the account signed becomes a token. */
function tokenFor(accounts: GoogleOptions['accounts'], body: string, give: (account: string) => object): FakeReply {
  const refused = (words: string): FakeReply => {
    return { status: 400, body: { error: 'invalid_grant', error_description: words } };
  };
  const [head = '', payload = '', signature = ''] = (new URLSearchParams(body).get('assertion') ?? '').split('.');
  const said = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  const account = Object.hasOwn(accounts, said.iss) ? accounts[said.iss] : undefined;
  if (account === undefined) return refused('Invalid grant: account not found');
  const verify = createVerify('RSA-SHA256').update(`${head}.${payload}`);
  if (!verify.verify(account.publicKey, signature, 'base64url')) return refused('Invalid JWT Signature.');
  if (said.exp * 1_000 < Date.now() || said.aud !== 'https://oauth2.googleapis.com/token')
    return refused('Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.');
  if (said.scope !== scope) return { status: 400, body: { error: 'invalid_scope', error_description: said.scope } };
  return { body: give(said.iss) };
}

type Allowed = (token: string) => readonly GooglePermission[] | undefined;

function routesOf(zone: FakeZone<GoogleSet>, options: GoogleOptions, allowed: Allowed): Route[] {
  const zones = options.managedZones ?? [{ name: 'shop-test', dnsName: zone.origin }];
  const [own] = zones;
  const window = options.limit === undefined ? undefined : slidingWindow(options.limit, options.now);
  const may = (needed: readonly GooglePermission[], answer: Route['answer']): Route['answer'] => {
    return (request) => {
      const granted = allowed(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      if (granted === undefined) return failed(401, 'Request had invalid authentication credentials.');
      if (window?.take().allowed === false) return limited();
      if (request.params.project !== options.project)
        return failed(404, "The 'parameters.project' resource was not found.");
      return needed.every((one) => granted.includes(one)) ? answer(request) : failed(403, 'Forbidden');
    };
  };
  const absent = (id = '') => failed(404, `The 'parameters.managedZone' resource named '${id}' does not exist.`);
  const held = (answer: Route['answer']): Route['answer'] => {
    return (request) => (request.params.zone === own?.name ? answer(request) : absent(request.params.zone));
  };
  const shownZone = (one: GoogleZone) => ({ kind: 'dns#managedZone', visibility: 'public', ...one });
  const listZones: Route['answer'] = (request) => {
    const named = zones.filter(({ dnsName }) => dnsName === (request.query.get('dnsName') ?? dnsName));
    return paged(request, 'managedZones', named.map(shownZone));
  };
  const getZone: Route['answer'] = ({ params }) => {
    const found = zones.find(({ name }) => name === params.zone);
    return found === undefined ? absent(params.zone) : { body: shownZone(found) };
  };
  const listSets: Route['answer'] = (request) => {
    const [name, type] = [request.query.get('name'), request.query.get('type')];
    if (name === null && type !== null) return failed(400, "Invalid value for 'parameters.type': it needs a name");
    const fits = (set: GoogleSet) => (name === null || set.name === name) && (type === null || set.type === type);
    return paged(request, 'rrsets', zone.records(request.hints).filter(fits));
  };
  const shownChange = (number: number) => ({
    kind: 'dns#change',
    id: String(number),
    startTime: '2026-11-23T09:00:00.000Z',
    status: zone.isPublished(number) ? 'done' : 'pending',
  });
  const create: Route['answer'] = ({ json }) => {
    const refused = changed(zone, json);
    return refused ?? { body: { ...shownChange(zone.changes()), status: 'pending' } };
  };
  const getChange: Route['answer'] = ({ params }) => {
    const number = Number(params.id);
    return number <= zone.changes() ? { body: shownChange(number) } : failed(404, 'No such change.');
  };
  const base = '/dns/v1/projects/:project/managedZones';
  const changing = ['dns.changes.create', 'dns.resourceRecordSets.create', 'dns.resourceRecordSets.delete'] as const;
  return [
    { method: 'GET', path: base, answer: may(['dns.managedZones.list'], listZones) },
    { method: 'GET', path: `${base}/:zone`, answer: may(['dns.managedZones.get'], getZone) },
    { method: 'GET', path: `${base}/:zone/rrsets`, answer: may(['dns.resourceRecordSets.list'], held(listSets)) },
    { method: 'POST', path: `${base}/:zone/changes`, answer: may(changing, held(create)) },
    { method: 'GET', path: `${base}/:zone/changes/:id`, answer: may(['dns.changes.get'], held(getChange)) },
  ];
}

function paged({ query, hints }: FakeRequest, field: string, items: readonly object[]): FakeReply {
  const from = Number(/^at-(\d+)$/.exec(query.get('pageToken') ?? 'at-0')?.[1] ?? NaN);
  if (Number.isNaN(from)) return failed(400, "Invalid value for 'parameters.pageToken'");
  const to = from + (hints.pageSize ?? Number(query.get('maxResults') ?? 100));
  const next = to < items.length ? { nextPageToken: `at-${to}` } : {};
  return { body: { kind: `dns#${field}ListResponse`, [field]: items.slice(from, to), ...next } };
}

const rrset = z.object({ name: z.string(), type: z.string(), ttl: z.number(), rrdatas: z.array(z.string()) });
const change = z.object({ additions: z.array(rrset).default([]), deletions: z.array(rrset).default([]) });

/** Deletions first, on a copy, which is stored when nothing is refused. */
function changed(zone: FakeZone<GoogleSet>, json: unknown): FakeReply | undefined {
  const { additions, deletions } = change.parse(json);
  let sets = [...zone.records()];
  const same = (one: GoogleSet, other: GoogleSet) => one.name === other.name && one.type === other.type;
  for (const [at, gone] of deletions.entries()) {
    const place = `'entity.change.deletions[${at}]'`;
    const there = sets.find((one) => same(one, gone));
    if (there === undefined)
      return failed(404, `The ${place} resource named '${gone.name} (${gone.type})' does not exist.`);
    if (there.ttl !== gone.ttl || [...(there.rrdatas ?? [])].sort().join() !== [...gone.rrdatas].sort().join())
      return failed(412, `Precondition not met for ${place}`);
    sets = sets.filter((one) => one !== there);
  }
  for (const [at, made] of additions.entries()) {
    const place = `'entity.change.additions[${at}]`;
    if (sets.some((one) => same(one, made)))
      return failed(409, `The resource ${place}' named '${made.name} (${made.type})' already exists`);
    const wrong = made.rrdatas.find((data) => !fits(made.type, data));
    if (wrong !== undefined) return failed(400, `Invalid value for ${place}.rrdata[0]': '${wrong}'`);
    if (made.name !== zone.origin && !made.name.endsWith(`.${zone.origin}`))
      return failed(400, `Invalid value for ${place}.name': '${made.name}'`);
    const beside = sets.some(({ name, type }) => name === made.name && (type === 'CNAME') !== (made.type === 'CNAME'));
    if (beside)
      return failedAs(
        400,
        'cnameResourceRecordSetConflict',
        `The resource record set ${place}' is invalid because the DNS name '${made.name}' may have either one CNAME resource record set or resource record sets of other types, but not both.`,
      );
    sets.push(made);
  }
  zone.change(() => sets);
  return undefined;
}

const fits = (type: string, data: string) =>
  type === 'A' ? isIPv4(data) : type === 'AAAA' ? isIPv6(data) : type === 'CNAME' ? data.endsWith('.') : true;

function setsOf(sets: readonly GoogleSet[]): RecordSet[] {
  return sets.flatMap(({ name, type, ttl: ttlSeconds, rrdatas }) => {
    if ((type !== 'A' && type !== 'AAAA' && type !== 'CNAME') || rrdatas === undefined) return [];
    return [{ name, type, ttlSeconds, values: [...rrdatas] }];
  });
}
