/** From the options of a site to its traffic switch. Nothing is connected, and no secret read, before it is asked. */
import { rateLimited, withCredentialHash, unlimited, type RateLimiters } from '../providers/rate-limit/scope';
import { findKind, type Context } from '../providers/kit/kind';
import { lazyPort } from '../providers/kit/lazy-port';
import { trafficSwitches } from '../providers/traffic';
import type { Traffic } from '../ports/traffic';
import { cachedTraffic, type TrafficSwitch } from '../providers/traffic/switch';

export function connectTraffic(
  options: { kind: string; url?: string },
  { secret }: Context,
  opened: (made: TrafficSwitch) => TrafficSwitch,
  limiters: RateLimiters = unlimited,
): Traffic {
  const { kind, title, limit, readEveryMs, connect } = findKind('traffic', trafficSwitches, options);
  const made = lazyPort<Omit<TrafficSwitch, 'close'>>(async () => {
    const { context, credential } = withCredentialHash({ secret }, options.url ?? kind);
    const { read, point, flaws } = opened(await connect(options, context));
    return cachedTraffic(rateLimited(limiters(credential(), title, limit), { read, point, flaws }), readEveryMs);
  });
  return { kind, read: made.read, point: made.point, flaws: made.flaws };
}
