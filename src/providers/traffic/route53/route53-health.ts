/**
 * Switches Route 53 failover records without its control plane, which runs in a single AWS region. The PRIMARY record has an inverted health
 * check that searches for one region's text at a URL of ours. A move writes the other text there, and Route 53's distributed health checkers
 * remove or restore the record. docs/providers.md lists the setup; it has not been tested on AWS. Facts are from AWS's reference and its blog
 * "Creating Disaster Recovery Mechanisms Using Amazon Route 53", read 2026-11.
 */
import { z } from 'zod';
import { address, expected, fullName, isHost, isIPv4, path, text, url, whole } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import type { Json } from '../../../domain/plan/plan';
import { authoritative } from '../../dns/authoritative';
import { canonicalValue } from '../../dns/provider';
import { PortError } from '../../../ports/errors';
import type { DnsAnswer, TrafficReading } from '../../../ports/ports';
import { openHttp } from '../../http/client';
import { byRegion } from '../options';
import {
  etagFlaws,
  fetchObject,
  objectName,
  writeText,
  requireText,
  type ObjectContent,
  type WatchedObject,
} from './watched-object';
import { healthCheckFlaws, type HealthCheckOptions } from './health-checks';
import { defineTraffic, collectFlaws, refuseUnexpectedState, refuseUnknownRegion } from '../switch';

const title = 'Route 53 failover by a health check';
const timeoutMs = 5_000;
/** A survey has a limit of 2 s, and the name server's own name may have to be resolved first. A silent server is queried again by the next read. */
const nameServerMs = 900;
const isId = (value: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value);
const server = text('HOST or HOST:PORT', 'ns-2048.awsdns-64.com', (value) => isHost(value.replace(/:\d{1,5}$/, '')));

const options = z.strictObject({
  kind: z.literal('route53-health'),
  /** The object that the health check reads: public, and replaced by a PUT with the secret. */
  url: url('https://switch.example.net/www'),
  /** The complete value of the Authorization header. */
  authorization: secret('file:switch-authorization'),
  ca: secret('file:ca.crt').exactOptional(),
  /** The object's text when customers go to that region; the health check searches for that of the SECONDARY record's region. */
  texts: byRegion(text('one line of text', 'customers go to A', (line) => /^[^\s<][^\n<]{2,199}$/.test(line))),
  /** The failover records, and their address for each region. */
  record: fullName('www.shop.test.'),
  answers: byRegion(address('198.51.100.10')),
  /** Their TTL. */
  ttlSeconds: whole(1, 86_400, '60').prefault(60),
  /** Route 53's name servers of that zone. */
  nameServers: z.array(server).min(1, { error: expected('a list of name servers', '[ns-2048.awsdns-64.com]') }),
  /** Each region's health check, and a key that may read it; with both, `flaws` checks that it requests `serving`. */
  healthChecks: byRegion(
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
  manualCheck: ({ healthChecks, key, serving }) =>
    healthChecks !== undefined && key !== undefined
      ? undefined
      : `Route 53's health checks of the regions were not checked: set traffic.healthChecks and traffic.key, or check yourself that they request ${String(serving)}.`,
  connect: async ({ url: given, authorization, ca, nameServers, healthChecks: ids, key, ...rest }, context) => {
    const at = new URL(given);
    const trust = ca === undefined ? {} : { ca: await context.secret(ca) };
    const options = { server: objectName, baseUrl: at.origin, timeoutMs, ...trust };
    // Reads as the health checkers do, without the secret. A proxy that compresses the response removes or weakens its ETag.
    const reader = openHttp({ ...options, headers: { accept: 'text/plain', 'accept-encoding': 'identity' } });
    const writer = openHttp({ ...options, headers: { authorization: await context.secret(authorization) } });
    const answersOf = authoritative({ servers: nameServers, timeoutMs: nameServerMs });
    const type = isIPv4(Object.values(rest.answers)[0] ?? '') ? 'A' : 'AAAA';
    const query = () => answersOf(rest.record, type, 1);
    const canonicalAnswers = Object.entries(rest.answers).map(([region, value]) => [
      region,
      canonicalValue(type, value),
    ]);
    const { serving, api } = rest;
    // The key is read on use, so that a move does not depend on it.
    const checks = ids && key ? async () => ({ url: api, key: await context.secret(key), ids, serving }) : undefined;
    const answers = Object.fromEntries(canonicalAnswers) as typeof rest.answers;
    const trafficSwitch: Switch = {
      ...rest,
      answers,
      reader,
      writer,
      path: `${at.pathname}${at.search}`,
      query,
      checks,
    };
    return {
      read: () => read(trafficSwitch),
      point: (to, expected) => point(trafficSwitch, to, expected),
      flaws: () => flaws(trafficSwitch),
      close: () => [reader, writer].forEach((client) => client.close()),
    };
  },
});

interface Switch extends WatchedObject, Pick<z.output<typeof options>, 'record' | 'answers' | 'ttlSeconds'> {
  /** The answers of all name servers. */
  query: () => Promise<DnsAnswer[]>;
  /** Undefined when `healthChecks` or `key` is not set. */
  checks: (() => Promise<HealthCheckOptions>) | undefined;
}

function readingOf({ texts, ttlSeconds: rememberedSeconds }: Switch, { text }: ObjectContent): TrafficReading {
  const leadsTo = Object.keys(texts).find((region) => texts[region] === text);
  const shown = text === null ? 'does not exist' : `contains "${text}"`;
  const known = leadsTo === undefined ? `; expected one of ${quoted(Object.values(texts))}` : '';
  return { leadsTo, state: { says: text }, because: `The health check's object ${shown}${known}.`, rememberedSeconds };
}

const quoted = (texts: readonly string[]) => texts.map((text) => `"${text}"`).join(', ');

/** A written text takes effect when the name servers follow it: health checkers need their interval times their threshold. */
async function read(trafficSwitch: Switch): Promise<TrafficReading> {
  const [object, answers] = await Promise.all([fetchObject(trafficSwitch), trafficSwitch.query()]);
  const reading = readingOf(trafficSwitch, object);
  const wanted = reading.leadsTo === undefined ? undefined : trafficSwitch.answers[reading.leadsTo];
  if (wanted === undefined) return reading;
  const late = answers.find(({ values }) => values?.join() !== wanted);
  if (late === undefined)
    return { ...reading, because: `${reading.because} All name servers return ${wanted} for ${trafficSwitch.record}` };
  const because =
    late.values === undefined ? late.because : `${late.server} returns ${late.values.join(', ') || 'no records'}.`;
  return { ...reading, pending: `Not all name servers return ${wanted} for ${trafficSwitch.record} yet: ${because}` };
}

async function point(trafficSwitch: Switch, to: string, expected: Json): Promise<void> {
  const { texts } = trafficSwitch;
  refuseUnknownRegion(title, texts, to);
  const wanted = texts[to] ?? '';
  const object = await fetchObject(trafficSwitch);
  if (object.text === wanted) return;
  refuseUnexpectedState("The health check's object", { says: object.text }, expected, { says: wanted });
  const response = await writeText(trafficSwitch, wanted, object.etag);
  if (response.status !== 412) {
    requireText(response);
    return;
  }
  const { text } = await fetchObject(trafficSwitch);
  if (text === wanted) return;
  const because = `The health check's object changed to ${JSON.stringify({ says: text })} during the move`;
  throw new PortError('conflict', `${because}: somebody else is changing it.`);
}

function flaws(trafficSwitch: Switch): Promise<string[]> {
  return collectFlaws(
    () => Promise.resolve(overlappingTexts(trafficSwitch)),
    async () => {
      const object = await fetchObject(trafficSwitch);
      const { leadsTo, because } = readingOf(trafficSwitch, object);
      const missing = `${because} Write the text of the region where customers go.`;
      return leadsTo === undefined ? [missing] : etagFlaws(trafficSwitch, object);
    },
    async () => (trafficSwitch.checks === undefined ? [] : healthCheckFlaws(await trafficSwitch.checks())),
  );
}

/** A text that contains the other one matches both searches, so the record would never be restored. */
function overlappingTexts({ texts }: Switch): string[] {
  const all = Object.values(texts);
  const within = all.find((line) => all.some((other) => other !== line && other.includes(line)));
  return within === undefined
    ? []
    : [
        `The text "${within}" is part of another one in traffic.texts, so the health check would match both; change one of them.`,
      ];
}
