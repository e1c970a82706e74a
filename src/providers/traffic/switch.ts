/** Defines a traffic switch: one file that calls `defineTraffic({...})`, and one line in `index.ts`. */
import type { z } from 'zod';
import type { Json } from '../../domain/plan/plan';
import { defineKind, type Definition, type Kind } from '../kit/kind';
import { PortError } from '../../ports/errors';
import type { Traffic, TrafficReading } from '../../ports/traffic';

/** The port as a vendor's file implements it. */
export type TrafficSwitch = Omit<Traffic, 'kind'> & { close: () => void };

/** Facts about a vendor. A test compares them with the table in docs/providers.md. */
export interface TrafficVendor {
  /** Product name: `Cloudflare Load Balancing`. */
  title: string;
  /** False when it is bound to one region of the vendor; its options then have `places`, the vendor's region of each site region. */
  acrossRegions: boolean;
  /** While a move waits, the API is read at most this often. */
  readEveryMs: number;
  /** Published rate limit per credential; undefined where there is none. */
  limit: { requests: number; perMs: number } | undefined;
  /** What a person must check because `flaws` can't with these options; undefined if nothing. */
  manualCheck?: (options: Readonly<Record<string, unknown>>) => string | undefined;
}

type Options = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

export interface TrafficKind<S extends Options = Options> extends Kind<TrafficSwitch, S>, TrafficVendor {}

export function defineTraffic<S extends Options>(
  definition: Definition<S, TrafficSwitch> & TrafficVendor,
): TrafficKind<S> {
  const { title, acrossRegions, readEveryMs, limit, manualCheck: unseen = () => undefined } = definition;
  return { ...defineKind('traffic', definition), title, acrossRegions, readEveryMs, limit, manualCheck: unseen };
}

/** Why this switch can't move customers between the site's regions; undefined when it can. Sends no request. */
export function crossRegionFlaw(
  { title, acrossRegions }: Pick<TrafficVendor, 'title' | 'acrossRegions'>,
  { places = {} }: { kind: string; places?: Readonly<Record<string, string>> },
): string | undefined {
  const [first, ...others] = Object.entries(places);
  const other = others.find(([, place]) => place !== first?.[1]);
  if (acrossRegions || first === undefined || other === undefined) return undefined;
  const mapping = `${first[0]} is in ${first[1]}, ${other[0]} in ${other[1]}`;
  return `${title} can't move customers between vendor regions (${mapping}); use another traffic.kind, or remove traffic to move by DNS.`;
}

/** Whether two JSON values are equal, whatever the order of their fields. */
export function sameState(one: Json, other: Json): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** @throws PortError refused unless `to` is one of `regions`. */
export function refuseUnknownRegion(title: string, regions: Readonly<Record<string, unknown>>, to: string): void {
  if (Object.hasOwn(regions, to)) return;
  throw new PortError(
    'refused',
    `${title} has no region ${to}; its regions are ${Object.keys(regions).join(' and ')}.`,
  );
}

/** @throws PortError conflict that shows the state, unless it is the expected one. */
export function refuseUnexpectedState(title: string, found: Json, expected: Json, wanted: Json): void {
  if (sameState(found, expected)) return;
  const states = `${JSON.stringify(expected)} or ${JSON.stringify(wanted)}`;
  const because = `${title} is set to ${JSON.stringify(found)}; expected ${states}`;
  throw new PortError('conflict', `${because}. Somebody else changed it; set it to one of the two, then retry.`);
}

/** The flaws that all checks find, without duplicates. A refused check is a flaw itself. */
export async function collectFlaws(...checks: (() => Promise<string[]>)[]): Promise<string[]> {
  return [...new Set((await Promise.all(checks.map(flawsOrRefusal))).flat())];
}

async function flawsOrRefusal(check: () => Promise<string[]>): Promise<string[]> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof PortError && /^(denied|absent|refused)$/.test(error.kind)) return [error.message];
    throw error;
  }
}

/** The flaw of a vendor's health check that does not request the shop's `serving` path; undefined when it does. `check` names it. */
export function healthCheckFlaw(
  check: string,
  { protocol, path }: { protocol: string | null | undefined; path: string | null | undefined },
  serving: string,
): string | undefined {
  const web = /^https?$/.test(protocol ?? 'http');
  const requested = path?.split('?')[0] ?? '/';
  if (web && requested === serving) return undefined;
  const does = web ? `requests ${requested}` : `uses ${protocol ?? ''}`;
  return `${check} ${does}, so a read-only standby counts as healthy and the vendor may send customers there; set it to request ${serving} over HTTP or HTTPS.`;
}

/** Caches the reading for `everyMs`, until the next change. `point` bypasses the cache and compares by itself. */
export function cachedTraffic(
  traffic: Omit<TrafficSwitch, 'close'>,
  everyMs: number,
  now: () => number = Date.now,
): Omit<TrafficSwitch, 'close'> {
  let last: { at: number; reading: TrafficReading } | undefined;
  let changes = 0;
  const invalidate = () => {
    changes += 1;
    last = undefined;
  };
  return {
    flaws: () => traffic.flaws(),
    read: async () => {
      if (last !== undefined && now() - last.at < everyMs) return last.reading;
      const [at, before] = [now(), changes];
      const reading = await traffic.read();
      // A read that overlapped a change may show the state before it.
      if (before === changes) last = { at, reading };
      return reading;
    },
    point: (to, expected) => {
      invalidate();
      return traffic.point(to, expected).finally(invalidate);
    },
  };
}
