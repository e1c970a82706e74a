/**
 * Looks at everything all the time, also while all vantages are content: they see nothing of the standby, of settings, of names' other values. It
 * changes nothing and decides nothing.
 */
import { Context } from '@temporalio/activity';
import type { SampleInput, SampleReport } from '../../contract/sample';
import { nothingSeen, wordOf, type Sight } from '../../domain/readiness/sight';
import type { SiteContext } from '../planning/prepare';
import { ownEveryMs } from './looks';
import { newSampler } from './sampler';
import { lookAtStandby } from './standby';

const batchMs = 300_000;
const beatEveryMs = 3_000;

export async function sample(site: SiteContext, input: SampleInput): Promise<SampleReport> {
  const context = Context.current();
  const started = performance.now();
  const sampler = newSampler(site, resumed(context.info.heartbeatDetails) ?? input.sight ?? nothingSeen);
  const beat = setInterval(() => context.heartbeat(sampler.sight()), beatEveryMs);
  try {
    for (;;) {
      const nextAt = performance.now() + ownEveryMs;
      const [standby] = await Promise.all([lookAtStandby(site, input.primary), sampler.round()]);
      const sight = sampler.sight();
      const word = [standby.word, wordOf(sight)].filter((each) => each !== '').join('; ');
      const report = { ...standby, word, changed: word !== input.word, sight };
      const isOver = performance.now() - started + ownEveryMs > batchMs;
      if (report.changed || isOver || context.cancellationSignal.aborted) return report;
      await context.sleep(Math.max(0, nextAt - performance.now())).catch(() => undefined);
    }
  } finally {
    clearInterval(beat);
  }
}

/** What an attempt before this one had seen when its worker was lost. */
const resumed = (details: unknown): Sight | undefined =>
  (details as Partial<Sight> | undefined)?.version === 1 ? (details as Sight) : undefined;
