/** What a traffic switch is: one file that ends in `defineTraffic({...})`, and one line in `index.ts`. */
import type { z } from 'zod';
import type { Json } from '../../domain/plan/plan';
import { defineKind, type Definition, type Kind } from '../kit/kind';
import { PortError } from '../../ports/errors';
import type { Traffic, TrafficReading } from '../../ports/traffic';

/** The port as a vendor's file makes it. */
export type TrafficSwitch = Omit<Traffic, 'kind'> & { close: () => void };

/** What is known of a vendor beside its API; docs/providers.md says the same. */
export interface TrafficVendor {
  /** As people call it: `Cloudflare Load Balancing`. */
  title: string;
  /** False where it can't leave one place of the vendor's; its options then name the place of each region under `places`. */
  acrossRegions: boolean;
  /** While a move waits, the API is asked at most this often. */
  readEveryMs: number;
  /** Published limit of one credential; undefined where there is none. */
  limit: { requests: number; perMs: number } | undefined;
  /** What `flaws` can't see with these options, and a person has to: a sentence, or undefined. */
  unseen?: (options: Readonly<Record<string, unknown>>) => string | undefined;
}

type Options = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

export interface TrafficKind<S extends Options = Options> extends Kind<TrafficSwitch, S>, TrafficVendor {}

export function defineTraffic<S extends Options>(
  definition: Definition<S, TrafficSwitch> & TrafficVendor,
): TrafficKind<S> {
  const { title, acrossRegions, readEveryMs, limit, unseen = () => undefined } = definition;
  return { ...defineKind('traffic', definition), title, acrossRegions, readEveryMs, limit, unseen };
}

/** Why this switch can't send customers from one region of the site to another; undefined when it can. Nobody is asked. */
export function whyNotAcross(
  { title, acrossRegions }: Pick<TrafficVendor, 'title' | 'acrossRegions'>,
  { places = {} }: { kind: string; places?: Readonly<Record<string, string>> },
): string | undefined {
  const [first, ...others] = Object.entries(places);
  const away = others.find(([, place]) => place !== first?.[1]);
  if (acrossRegions || first === undefined || away === undefined) return undefined;
  const there = `and ${away[0]} is in ${away[1]}`;
  return `${title} can't leave ${first[1]}, where ${first[0]} is, ${there}; name another kind of traffic switch, or move by DNS.`;
}

/** Texts of two JSON values are the same when the values are, whatever the order of their fields. */
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

/** Whoever is to point customers at a region must know how that looks here. @throws PortError refused. */
export function refuseUnknown(title: string, regions: Readonly<Record<string, unknown>>, to: string): void {
  if (Object.hasOwn(regions, to)) return;
  throw new PortError('refused', `${title} knows ${Object.keys(regions).join(' and ')}, and no region ${to}.`);
}

/** @throws PortError conflict that shows what was found, unless `found` is what the plan expected. */
export function refuseThird(title: string, found: Json, expected: Json, wanted: Json): void {
  if (sameState(found, expected)) return;
  const sides = `neither ${JSON.stringify(expected)} nor ${JSON.stringify(wanted)}`;
  const because = `${title} holds ${JSON.stringify(found)}, which is ${sides}: somebody else changed it.`;
  throw new PortError('conflict', because);
}

/** The flaws that these looks find, each once; of a look that is not allowed or leads nowhere the sentence. */
export async function flawsOf(...looks: (() => Promise<string[]>)[]): Promise<string[]> {
  return [...new Set((await Promise.all(looks.map(complaints))).flat())];
}

async function complaints(look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (error) {
    const telling = error instanceof PortError && /^(denied|absent|refused)$/.test(error.kind);
    if (telling) return [error.message];
    throw error;
  }
}

/** What is wrong with a vendor's own health check that does not ask for the shop's `serving` answer; undefined when it does. */
export function healthCheckFlaw(
  whose: string,
  { protocol, path }: { protocol: string | null | undefined; path: string | null | undefined },
  serving: string,
): string | undefined {
  const web = /^https?$/.test(protocol ?? 'http');
  const asks = path?.split('?')[0] ?? '/';
  if (web && asks === serving) return undefined;
  const does = web ? `asks ${asks}` : `speaks ${protocol ?? ''}`;
  return `${whose} ${does}, so a read-only standby looks healthy to it and may be sent customers by itself; let it ask ${serving} by HTTP or HTTPS.`;
}

/** Reads no oftener than its vendor likes, and anew after each change. `point` compares by itself. */
export function pacedTraffic(
  made: Omit<TrafficSwitch, 'close'>,
  everyMs: number,
  now: () => number = Date.now,
): Omit<TrafficSwitch, 'close'> {
  let last: { at: number; reading: TrafficReading } | undefined;
  let changes = 0;
  const forget = () => {
    changes += 1;
    last = undefined;
  };
  return {
    flaws: () => made.flaws(),
    read: async () => {
      if (last !== undefined && now() - last.at < everyMs) return last.reading;
      const [at, before] = [now(), changes];
      const reading = await made.read();
      // One that was under way while somebody else's work made a change tells of before it.
      if (before === changes) last = { at, reading };
      return reading;
    },
    point: (to, expected) => {
      forget();
      return made.point(to, expected).finally(forget);
    },
  };
}
