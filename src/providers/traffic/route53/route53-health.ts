/**
 * A flip of Route 53's failover records without its control plane, which is served from one AWS region alone. The health check of the PRIMARY
 * record is prepared beforehand: inverted, it looks for one region's text at a URL that we own. A move writes the other text there, and the
 * health checkers, which are everywhere, take the record out or put it back. What must be prepared is in docs/providers.md; none of it was
 * seen on AWS. Facts are from AWS's reference and its blog "Creating Disaster Recovery Mechanisms Using Amazon Route 53", read 2026-11.
 */
import { z } from 'zod';
import { address, expected, fullName, isHost, isIPv4, path, text, url, whole } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import type { Json } from '../../../domain/plan/plan';
import { authoritative } from '../../dns/authoritative';
import { canonicalValue } from '../../dns/provider';
import { PortError } from '../../../ports/errors';
import type { DnsAnswer, TrafficReading } from '../../../ports/ports';
import { openHttp, type HttpClient } from '../../http/client';
import type { HttpAnswer } from '../../http/answer';
import { httpError } from '../../http/answers';
import { perRegion } from '../options';
import { flawsOfChecks, type CheckedRegions } from './checks';
import { defineTraffic, flawsOf, refuseThird, refuseUnknown } from '../switch';

const title = 'Route 53 failover by a health check';
const who = 'the object of the health check';
const timeoutMs = 5_000;
/** A survey gives up after two seconds, and the address of a name server may have to be found first; one that is silent is asked again anyway. */
const nameServerMs = 900;
/** No version of an object is called so, so a change on this condition can't happen. */
const neverThere = '"handover-never"';

const isId = (value: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value);
const server = text('HOST or HOST:PORT', 'ns-2048.awsdns-64.com', (value) => isHost(value.replace(/:\d{1,5}$/, '')));

const options = z.strictObject({
  kind: z.literal('route53-health'),
  /** The object that the health check watches: anybody may read it, and a PUT with the secret replaces it. */
  url: url('https://switch.example.net/www'),
  /** The whole value of the header Authorization. */
  authorization: secret('file:switch-authorization'),
  ca: secret('file:ca.crt').exactOptional(),
  /** What the object says when customers go to that region; the health check looks for that of the SECONDARY record's. */
  texts: perRegion(text('one line of text', 'customers go to A', (line) => /^[^\s<][^\n<]{2,199}$/.test(line))),
  /** The failover records, and what they answer for each region. */
  record: fullName('www.shop.test.'),
  answers: perRegion(address('198.51.100.10')),
  /** Their TTL. */
  ttlSeconds: whole(1, 86_400, '60').prefault(60),
  /** Route 53's servers of that zone. */
  nameServers: z.array(server).min(1, { error: expected('a list of name servers', '[ns-2048.awsdns-64.com]') }),
  /** The health check that asks each region, and a key that may read it: with both, the checks see that it asks for `serving`. */
  healthChecks: perRegion(
    text('the id of a health check', 'abcdef11-2222-3333-4444-555555fedcba', isId),
  ).exactOptional(),
  key: secret('file:route53-key').exactOptional(),
  serving: path('/serving').prefault('/serving'),
  /** Base of Route 53's API. */
  api: url('https://route53.amazonaws.com').prefault('https://route53.amazonaws.com'),
});

export const route53Health = defineTraffic({
  options,
  title,
  acrossRegions: true,
  readEveryMs: 3_000,
  limit: undefined,
  unseen: ({ healthChecks, key, serving }) =>
    healthChecks !== undefined && key !== undefined
      ? undefined
      : `What Route 53 itself asks the regions was not looked at: name its health checks and a key that may read them, as traffic.healthChecks and traffic.key, or see yourself that they ask ${String(serving)}.`,
  connect: async ({ url: given, authorization, ca, nameServers, healthChecks: ids, key, ...rest }, context) => {
    const at = new URL(given);
    const trust = ca === undefined ? {} : { ca: await context.secret(ca) };
    const options = { who, baseUrl: at.origin, timeoutMs, ...trust };
    // Read as the health checkers read it, so without the secret. An answer that is compressed on the way loses its ETag, or a strong one.
    const reader = openHttp({ ...options, headers: { accept: 'text/plain', 'accept-encoding': 'identity' } });
    const writer = openHttp({ ...options, headers: { authorization: await context.secret(authorization) } });
    const ask = authoritative({ servers: nameServers, timeoutMs: nameServerMs });
    const type = isIPv4(Object.values(rest.answers)[0] ?? '') ? 'A' : 'AAAA';
    const told = () => ask(rest.record, type, 1);
    const spelled = Object.entries(rest.answers).map(([region, value]) => [region, canonicalValue(type, value)]);
    const { serving, api } = rest;
    // Not read before it is needed: no move waits for a key of AWS.
    const checks = ids && key ? async () => ({ url: api, key: await context.secret(key), ids, serving }) : undefined;
    const answers = Object.fromEntries(spelled) as typeof rest.answers;
    const place: Place = { ...rest, answers, reader, writer, path: `${at.pathname}${at.search}`, told, checks };
    return {
      read: () => read(place),
      point: (to, expected) => point(place, to, expected),
      flaws: () => flaws(place),
      close: () => [reader, writer].forEach((client) => client.close()),
    };
  },
});

interface Place extends Pick<z.output<typeof options>, 'texts' | 'record' | 'answers' | 'ttlSeconds'> {
  reader: HttpClient;
  writer: HttpClient;
  path: string;
  /** What each name server answers. */
  told: () => Promise<DnsAnswer[]>;
  /** Undefined where they are not to be looked at. */
  checks: (() => Promise<CheckedRegions>) | undefined;
}

/** The object: what it says, and the version that a change is conditional on. */
interface Found {
  says: string | null;
  etag: string | undefined;
}

async function found({ reader, path }: Place): Promise<Found> {
  const answer = await reader.ask({ path, headers: { 'cache-control': 'no-cache' } });
  if (answer.status === 404) return { says: null, etag: undefined };
  refuse(answer);
  return { says: answer.text.trim().slice(0, 200), etag: answer.headers.etag };
}

/** @throws PortError unless it is a success that could come from the object. */
function refuse(answer: HttpAnswer): void {
  if (answer.status < 200 || answer.status > 299) throw httpError(answer);
  if (answer.text.trimStart().startsWith('<'))
    throw new PortError('garbage', `Where a line of text was expected, ${who} answered a web page (${answer.status}).`);
}

function readingOf({ texts, ttlSeconds: rememberedSeconds }: Place, { says }: Found): TrafficReading {
  const leadsTo = Object.keys(texts).find((region) => texts[region] === says);
  const shown = says === null ? 'is not there' : `says “${says}”`;
  const known = leadsTo === undefined ? `, and not one of ${Object.values(texts).join(', ')}` : '';
  return { leadsTo, state: { says }, because: `The object of the health check ${shown}${known}.`, rememberedSeconds };
}

/** What is written counts only when the name servers go by it: health checkers need their interval, times their threshold. */
async function read(place: Place): Promise<TrafficReading> {
  const [now, answers] = await Promise.all([found(place), place.told()]);
  const reading = readingOf(place, now);
  const wanted = reading.leadsTo === undefined ? undefined : place.answers[reading.leadsTo];
  if (wanted === undefined) return reading;
  const late = answers.find(({ values }) => values?.join() !== wanted);
  if (late === undefined)
    return { ...reading, because: `${reading.because} ${place.record} is answered with ${wanted}.` };
  const told =
    late.values === undefined ? late.because : `${late.server} answers ${late.values.join(', ') || 'nothing'}.`;
  return { ...reading, pending: `${place.record} is not answered with ${wanted} everywhere yet: ${told}` };
}

async function point(place: Place, to: string, expected: Json): Promise<void> {
  const { texts } = place;
  refuseUnknown(title, texts, to);
  const wanted = texts[to] ?? '';
  const now = await found(place);
  if (now.says === wanted) return;
  refuseThird('The object of the health check', { says: now.says }, expected, { says: wanted });
  const answer = await put(place, wanted, now.etag);
  if (answer.status !== 412) {
    refuse(answer);
    return;
  }
  const { says } = await found(place);
  if (says === wanted) return;
  const because = `The object of the health check holds ${JSON.stringify({ says })} by now: somebody else is changing it.`;
  throw new PortError('conflict', because);
}

function put({ writer, path }: Place, line: string, etag: string | undefined): Promise<HttpAnswer> {
  const headers = { 'content-type': 'text/plain', ...(etag === undefined ? {} : { 'if-match': etag }) };
  return writer.ask({ method: 'PUT', path, body: `${line}\n`, headers });
}

function flaws(place: Place): Promise<string[]> {
  return flawsOf(
    () => Promise.resolve(mistakable(place)),
    async () => {
      const now = await found(place);
      const { leadsTo, because } = readingOf(place, now);
      return leadsTo === undefined ? [`${because} Let it say where customers go.`] : conditionFlaws(place, now);
    },
    async () => (place.checks === undefined ? [] : flawsOfChecks(await place.checks())),
  );
}

/** A text within the other one is found in both, and the record would never come back. */
function mistakable({ texts }: Place): string[] {
  const all = Object.values(texts);
  const within = all.find((line) => all.some((other) => other !== line && other.includes(line)));
  return within === undefined
    ? []
    : [`The text “${within}” stands within another one of traffic.texts, so the health check would find it in both.`];
}

/** A change on a condition that can't hold shows whether the secret is good and the condition is looked at; it repeats what is there. */
async function conditionFlaws(place: Place, { says, etag }: Found): Promise<string[]> {
  const blind = 'so a change by somebody else would be overwritten; serve it by something that knows ETag and If-Match';
  const unmoved =
    'on whose condition nothing is ever changed, so no move could be made; serve it by something that gives a strong one';
  if (etag === undefined) return [`The object of the health check has no ETag, ${blind}.`];
  if (etag.startsWith('W/')) return [`The object of the health check has a weak ETag, ${unmoved}.`];
  const answer = await put(place, says ?? '', neverThere);
  if (answer.status === 412) return [];
  refuse(answer);
  return [`The object of the health check was changed in spite of If-Match, ${blind}.`];
}
