/** A traffic switch before both regions: what is set, and whether its vendor has come round to it. */
import { PortError } from '../../src/ports/errors';
import type { TrafficReading } from '../../src/ports/ports';
import { sameState } from '../../src/providers/traffic/switch';
import type { Json } from '../../src/domain/plan/plan';

export interface TrafficState {
  /** Regions in the order in which they are tried; a third name is somebody else's doing, and none leads to nobody. */
  order: string[];
  /** Until then the vendor sends customers where they went before. */
  pendingUntil: number;
  /** How long it takes after a change. */
  pendingMs: number;
  before: string;
  /** A vendor that does not tell whether it has come round. */
  silent: boolean;
  flaws: string[];
  rememberedSeconds?: number;
}

export const newTraffic = (over: Partial<TrafficState> = {}): TrafficState => ({
  order: ['A', 'B'],
  pendingUntil: 0,
  pendingMs: 300,
  before: 'A',
  silent: false,
  flaws: [],
  ...over,
});

const leadsTo = ({ order }: TrafficState) => (order.every((name) => /^[AB]$/.test(name)) ? order[0] : undefined);

/** Where customers arrive now. */
export const sentTo = (traffic: TrafficState, now: number) =>
  now < traffic.pendingUntil ? traffic.before : (leadsTo(traffic) ?? '');

export function readTraffic(traffic: TrafficState, now: number): TrafficReading {
  const region = leadsTo(traffic);
  const reading = {
    leadsTo: region,
    state: traffic.order,
    because: `It sends customers to ${traffic.order.join(', then ') || 'nobody'}.`,
    ...(traffic.rememberedSeconds !== undefined && { rememberedSeconds: traffic.rememberedSeconds }),
    ...(traffic.order.length === 0 && { vacant: true as const }),
  };
  return now < traffic.pendingUntil && !traffic.silent
    ? { ...reading, pending: `It still sends customers to ${traffic.before}.` }
    : reading;
}

export function pointTraffic(traffic: TrafficState, to: string, expected: Json, now: number): boolean {
  const wanted = [to, to === 'A' ? 'B' : 'A'];
  if (sameState(traffic.order, wanted)) return false;
  if (traffic.order.length > 0 && !sameState(traffic.order, expected))
    throw new PortError('conflict', `It is ${traffic.order.join()}, and somebody else's.`);
  Object.assign(traffic, { before: sentTo(traffic, now), order: wanted, pendingUntil: now + traffic.pendingMs });
  return true;
}
