// What a live run creates and removes. The suite in test/live receives this plan, and refuses to write anything else.
import { parse } from 'yaml';

const MINUTE = 60_000;
/** The run is stopped after `run`; removing what is left then takes at most `remove`. */
export const LIMIT = { run: 20 * MINUTE, remove: 10 * MINUTE };

/** Number of names that the contract needs, one per test. */
const NAMES = 17;
const CREDENTIAL = { cloudflare: 'token', digitalocean: 'token', google: 'key', route53: 'key' };
export const KINDS = Object.keys(CREDENTIAL);
const example = (kind) =>
  `for example dns: { provider: { kind: ${kind}, zone: throwaway.example., ${CREDENTIAL[kind]}: env:DNS_CREDENTIAL }, authoritative: [192.0.2.53] }`;

/** An error to correct before anything is sent. */
export class NotReady extends Error {}

/** The `dns` part in `text`, for `kind`. @throws NotReady that names the field, the problem and a valid example. */
function partOf(kind, text) {
  const dns = documentOf(kind, text)?.dns;
  const refuse = (field, problem) => {
    throw new NotReady(`In the file of HANDOVER_LIVE_ZONE_FILE, ${field} ${problem}; ${example(kind)}`);
  };
  if (typeof dns !== 'object' || dns === null) refuse('dns', 'is missing');
  const unexpected = Object.keys(dns).find((name) => name !== 'provider' && name !== 'authoritative');
  if (unexpected !== undefined)
    refuse(
      `dns.${unexpected}`,
      'must not be set here: only provider and authoritative are allowed, so that no shop is changed',
    );
  const { provider, authoritative } = dns;
  if (provider?.kind !== kind) refuse('dns.provider.kind', `must be ${kind}, as on the command line`);
  if (!/^([a-z0-9-]{1,63}\.){2,20}$/i.test(provider.zone))
    refuse('dns.provider.zone', 'must be a full name that ends with a dot');
  const servers = Array.isArray(authoritative) ? authoritative : [];
  if (servers.length === 0 || servers.some((one) => typeof one !== 'string'))
    refuse('dns.authoritative', 'must list the name servers of the zone');
  return { provider, authoritative: servers };
}

/** The parser's message is not used: it could quote a secret that was pasted into the file. */
function documentOf(kind, text) {
  try {
    return parse(text, { logLevel: 'error' });
  } catch {
    throw new NotReady(`The file of HANDOVER_LIVE_ZONE_FILE is not valid YAML; ${example(kind)}`);
  }
}

export function planOf(kind, text, label) {
  const { provider, authoritative } = partOf(kind, text);
  const zone = provider.zone.toLowerCase();
  return {
    kind,
    provider,
    authoritative,
    label,
    names: Array.from({ length: NAMES }, (_, index) => `t${index + 1}.${label}.${zone}`),
    values: { A: ['198.51.100.10', '203.0.113.10', '192.0.2.99'], CNAME: ['a.origin.test.', 'b.origin.test.'] },
    mostValues: { A: 2, CNAME: 1 },
    ttls: [60, 300],
  };
}

/** The plan as printed lines, before anything is sent. */
export function announcement({ kind, provider, authoritative, names, values, mostValues, ttls }, removeOnly) {
  const range = `${names[0]} to ${names.at(-1)}`;
  const queried = `Calls the API of ${kind} and queries ${authoritative.join(', ')}. No other record of ${provider.zone} is written.`;
  if (removeOnly)
    return [
      `Removes what an earlier run left: A and CNAME sets at ${range}.`,
      queried,
      `Takes at most ${LIMIT.remove / MINUTE} minutes.`,
    ];
  return [
    `Tests ${kind} against the contract of a DNS zone in ${provider.zone}, which must have no other use and no wildcard.`,
    `Creates at most ${names.length} sets, one at each of`,
    `  ${range}:`,
    `  A with at most ${mostValues.A} values of ${values.A.join(', ')}`,
    `  or CNAME with ${mostValues.CNAME} of ${values.CNAME.join(', ')}`,
    `  TTL ${ttls.join(' s or ')} s`,
    'Changes and reads these sets, and removes all of them at the end, also after a failure.',
    queried,
    `Takes at most ${(LIMIT.run + LIMIT.remove) / MINUTE} minutes: ${LIMIT.run / MINUTE} for the contract, ${LIMIT.remove / MINUTE} to remove what is left.`,
  ];
}
