/** From the options of a site to its traffic switch. Nothing is connected, and no secret read, before it is asked. */
import { kindOf, type Context } from '../definition';
import { lazily } from '../lazily';
import { trafficSwitches } from './index';
import type { Traffic } from './port';
import { pacedTraffic, type TrafficSwitch } from './switch';

export function connectTraffic(
  options: { kind: string },
  context: Context,
  opened: (made: TrafficSwitch) => TrafficSwitch,
): Traffic {
  const { kind, readEveryMs, connect } = kindOf('traffic', trafficSwitches, options);
  const made = lazily<Omit<TrafficSwitch, 'close'>>(async () =>
    pacedTraffic(opened(await connect(options, context)), readEveryMs),
  );
  return { kind, read: made.read, point: made.point, flaws: made.flaws };
}
