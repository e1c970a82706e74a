/** From the options of a site to its traffic switch. Nothing is connected, and no secret read, before it is asked. */
import { passing, remembering, unlimited, type Turnstiles } from '../admission';
import { kindOf, type Context } from '../definition';
import { lazily } from '../lazily';
import { trafficSwitches } from './index';
import type { Traffic } from './port';
import { pacedTraffic, type TrafficSwitch } from './switch';

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
