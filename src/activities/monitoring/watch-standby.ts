/**
 * Looks at the standby all the time, also while all vantages are content: they see nothing of replication. One activity looks for minutes, so that
 * a quiet site costs almost no history.
 */
import { Context } from '@temporalio/activity';
import { otherRegion } from '../../domain/other-region';
import type { SiteContext } from '../planning/prepare';
import type { StandbyReport, WatchStandbyInput } from '../../contract/monitor';
import { lookOf } from './standby-look';
import { askStandby } from './decide';

const everyMs = 15_000;
const batchMs = 300_000;
const beatEveryMs = 3_000;

export async function watchStandby({ site, ports }: SiteContext, input: WatchStandbyInput): Promise<StandbyReport> {
  const context = Context.current();
  const started = performance.now();
  const primary = input.primary === '' ? site.home : input.primary;
  const standby = otherRegion(site.regions, primary) ?? '';
  const beat = setInterval(() => context.heartbeat('Watching the standby.'), beatEveryMs);
  try {
    for (;;) {
      const look = lookOf(site.policy, await askStandby(ports, standby, primary));
      const changed = look.word !== input.word;
      if (changed || context.cancellationSignal.aborted || performance.now() - started + everyMs > batchMs)
        return { ...look, changed };
      await context.sleep(everyMs).catch(() => undefined);
    }
  } finally {
    clearInterval(beat);
  }
}
