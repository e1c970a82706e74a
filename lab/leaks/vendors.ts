/** Runs DNS providers, whose credentials are canaries, through every kind of failure. */
import { unlimited } from '../../src/providers/rate-limit/scope';
import { connect, type Connected } from '../../src/connect/connect';
import type { Site } from '../../src/config/load';
import type { GoogleFake } from '../vendors/google/google';
import type { Effect } from '../vendors/kit/faults';
import { openZoneServer, type ZoneServer, type ProviderKind, type VendorKind } from '../loopback/zone-servers';
import { canariesOf, type Canary } from './canaries';
import { credentialsOf } from './credentials';
import { echoingWeb } from './echoes';
import { faultsOf } from './faults';
import { checksInto, setInA, transferInto } from './moves';
import type { Outputs } from './outputs';

/** At which of a transfer's requests each fault is injected: at one, a different one each time, or at each. */
export type Pace = 'one' | 'each';

export interface Driven {
  canaries: Canary[];
  /** Endings of the transfers, in order; the first transfer runs without a fault. */
  endings: string[];
}

/** Approximate number of requests of a transfer. */
const positions = 8;

export async function driveVendor(outputs: Outputs, kind: ProviderKind, pace: Pace): Promise<Driven> {
  const credentials = kind === 'powerdns' || kind === 'rfc2136' ? undefined : credentialsOf[kind]();
  const zoneServer = await openZoneServer(kind, credentials);
  const elsewhere = await echoingWeb();
  const endings: string[] = [];
  const play = async (from: string, ports: Connected) => {
    zoneServer.put(setInA(zoneServer.site));
    const run = await transferInto(outputs, `${zoneServer.title}, ${from}`, zoneServer.site, ports);
    endings.push(run.ending);
  };
  try {
    await opened(zoneServer.open(), (ports) => play('nothing wrong', ports));
    await opened(zoneServer.open(), (ports) => checksInto(outputs, zoneServer.title, zoneServer.site, ports));
    await wrongSecrets(outputs, zoneServer, play);
    await faults(outputs, zoneServer, elsewhere.url, pace, play);
    for (const status of [400, 401, 403, 500]) await echoed(outputs, zoneServer, `${elsewhere.url}/${status}`);
    return { canaries: canariesIn(zoneServer), endings };
  } finally {
    await elsewhere.close();
    await zoneServer.close();
  }
}

type Play = (from: string, ports: Connected) => Promise<void>;

async function opened(ports: Connected, work: (ports: Connected) => Promise<void>): Promise<void> {
  try {
    await work(ports);
  } finally {
    await ports.close();
  }
}

/** A secret mistyped, pasted twice, without its separator, and in quotes. */
const spoilt: readonly [string, (secret: string) => string][] = [
  ['a wrong secret', (secret) => `${secret}x`],
  ['a secret of two lines', (secret) => `${secret}\n${secret}`],
  ['a secret without colons', (secret) => secret.replaceAll(':', '')],
  ['a secret in quotes', (secret) => `"${secret}"`],
];

async function wrongSecrets(outputs: Outputs, zoneServer: ZoneServer, play: Play): Promise<void> {
  for (const [from, spoil] of spoilt) {
    const secrets = Object.fromEntries(Object.entries(zoneServer.secrets).map(([name, value]) => [name, spoil(value)]));
    await opened(zoneServer.open({ secrets }), async (ports) => {
      await play(from, ports);
      await checksInto(outputs, `${zoneServer.title}, ${from}`, zoneServer.site, ports);
    });
  }
}

async function faults(
  outputs: Outputs,
  zoneServer: ZoneServer,
  elsewhere: string,
  pace: Pace,
  play: Play,
): Promise<void> {
  const { fake, site, title } = zoneServer;
  if (fake === undefined) return;
  for (const [index, effect] of faultsOf(elsewhere).quick.entries()) {
    const skips = pace === 'one' ? [index % positions] : Array.from({ length: positions }, (_, skip) => skip);
    for (const skip of skips) {
      fake.faults.play({ skip, effect });
      await opened(zoneServer.open(), (ports) => play(describeFault(effect, skip), ports));
      fake.faults.clear();
    }
    fake.faults.play({ times: Infinity, effect });
    await opened(zoneServer.open(), (ports) =>
      checksInto(outputs, `${title}, ${describeFault(effect, 0)}`, site, ports),
    );
    fake.faults.clear();
  }
}

/** The same credentials at a server that repeats them. */
async function echoed(outputs: Outputs, { site, secrets, title }: ZoneServer, url: string): Promise<void> {
  const options = Object.entries(site.dns.provider).map(([name, value]) => {
    const { pathname } = URL.canParse(value) ? new URL(value) : { pathname: '' };
    return [name, /^https?:/.test(value) ? `${url}${pathname}`.replace(/\/$/, '') : value] as const;
  });
  const provider = Object.fromEntries(options) as Site['dns']['provider'];
  const elsewhere: Site = { ...site, dns: { ...site.dns, provider } };
  const secret = (reference: string) => Promise.resolve(secrets[reference] ?? '');
  await opened(connect(elsewhere, { secret }, unlimited), async (ports) => {
    await transferInto(outputs, `${title}, repeating`, elsewhere, ports);
    await checksInto(outputs, `${title}, repeating`, elsewhere, ports);
  });
}

const describeFault = (effect: Effect, skip: number) => `${JSON.stringify(effect)} after ${skip} requests`;

/** The faults that last until an adapter's time-out, all in parallel, each with its own fake. */
export async function driveLasting(outputs: Outputs, kind: VendorKind): Promise<Driven> {
  const cases = faultsOf('').lasting.flatMap((effect) => [0, 3].map((skip) => ({ effect, skip })));
  const all = await Promise.all(
    cases.map(async ({ effect, skip }) => {
      const zoneServer = await openZoneServer(kind, credentialsOf[kind]());
      const { site, title, fake } = zoneServer;
      zoneServer.put(setInA(site));
      fake?.faults.play({ skip, effect });
      try {
        const endings: string[] = [];
        await opened(zoneServer.open(), async (ports) => {
          const run = await transferInto(outputs, `${title}, ${describeFault(effect, skip)}`, site, ports);
          endings.push(run.ending);
        });
        return { canaries: canariesIn(zoneServer), endings };
      } finally {
        await zoneServer.close();
      }
    }),
  );
  return { canaries: all.flatMap(({ canaries }) => canaries), endings: all.flatMap(({ endings }) => endings) };
}

/** The site's own credentials, and the tokens that Google's fake issued for one of them. */
function canariesIn({ title, secrets, fake }: ZoneServer): Canary[] {
  const { tokens } = (fake ?? {}) as Partial<Pick<GoogleFake, 'tokens'>>;
  const given = tokens?.().map((text) => ({ of: `${title}, an access token`, text })) ?? [];
  const signed = tokens === undefined ? [] : [{ of: `${title}, an assertion`, text: headOfAssertion }];
  return [
    ...Object.entries(secrets).flatMap(([name, value]) => canariesOf(`${title}, ${name}`, value)),
    ...given,
    ...signed,
  ];
}

/** The beginning of every assertion signed with RS256. */
const headOfAssertion = Buffer.from('{"alg":"RS256"').toString('base64url').slice(0, 18);
