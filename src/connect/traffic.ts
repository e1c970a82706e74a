/** From the options of a site to its traffic switch. Nothing is connected, and no secret read, before it is asked. */
import { passing, remembering, unlimited, type Turnstiles } from '../providers/rate-limit/scope';
import { kindOf, type Context } from '../providers/kit/kind';
import { lazily } from '../providers/kit/lazy-port';
import { trafficSwitches } from '../providers/traffic';
import type { Traffic } from '../ports/traffic';
import { pacedTraffic, type TrafficSwitch } from '../providers/traffic/switch';

export function connectTraffic(
  options: { kind: string; url?: string },
  { secret }: Context,
  opened: (made: TrafficSwitch) => TrafficSwitch,
  turnstiles: Turnstiles = unlimited,
): Traffic {
  const { kind, title, limit, readEveryMs, connect } = kindOf('traffic', trafficSwitches, options);
  const made = lazily<Omit<TrafficSwitch, 'close'>>(async () => {
    const { context, credential } = remembering({ secret }, options.url ?? kind);
    const { read, point, flaws } = opened(await connect(options, context));
    return pacedTraffic(passing(turnstiles(credential(), title, limit), { read, point, flaws }), readEveryMs);
  });
  return { kind, read: made.read, point: made.point, flaws: made.flaws };
}
