/** Uploads follow the primary all the time: after an outage there is no source to copy them from. */
import { Context } from '@temporalio/activity';
import { primaryOf } from '../../domain/plan/survey';
import { asClause, sentenceOf } from '../../domain/sentence';
import type { JobOptions } from '../../ports/rejoin';
import type { SiteContext } from '../planning/prepare';
import { surveyDatabases } from '../planning/survey';
import type { MirrorMediaResult } from '../../contract/monitor';

/** One activity mirrors for this long before it reports, so that it costs six events of history and not thousands. */
const batchMs = 10 * 60_000;
/** A large file must come nearer to its end in each round, since the next one reads again what has come. */
const leastRoundMs = 60_000;
const heartbeatEveryMs = 5_000;

export async function mirrorMedia(site: SiteContext): Promise<MirrorMediaResult> {
  const context = Context.current();
  const until = performance.now() + batchMs;
  let report: MirrorMediaResult = { rounds: 0, because: 'Nothing has been copied yet.' };
  // What was told before a copy failed: each failure follows this and never another one.
  let before = report.because;
  let hasCopied = false;
  const beat = setInterval(() => context.heartbeat(report.because), heartbeatEveryMs);
  try {
    while (performance.now() < until && !context.cancellationSignal.aborted) {
      const work = {
        signal: context.cancellationSignal,
        timeoutMs: Math.round(Math.max(leastRoundMs, until - performance.now())),
        // A first copy takes hours, so a person sees how far it is long before its round ends. Temporal's client sends no more of them than it needs.
        onProgress: (line: string) => {
          before = `Copying uploads: ${line.trim()}`;
          report = { ...report, because: before };
          context.heartbeat(before);
        },
      };
      const rounds = report.rounds + 1;
      report = await mirrorOnce(site, work).then(
        (told) => ({ rounds, because: (before = told) }),
        (error: unknown) => ({ rounds, because: failed(error, before), failure: sentenceOf(error) }),
      );
      hasCopied ||= report.failure === undefined;
      await context.sleep(site.site.policy.mirrorEveryMs).catch(() => undefined);
    }
  } finally {
    clearInterval(beat);
  }
  const { failure, ...rest } = report;
  return failure === undefined || hasCopied ? rest : { ...rest, failure };
}

const failed = (error: unknown, before: string): string =>
  `The last copy failed: ${asClause(sentenceOf(error))}. Before that: ${asClause(before)}. What was copied is kept.`;

/** Only from a known primary to a region that takes no writes itself; anything else waits for the next round. */
async function mirrorOnce({ site, ports }: SiteContext, work: JobOptions): Promise<string> {
  const regions = await surveyDatabases(site, ports);
  const primary = primaryOf({ regions });
  if (!primary.known) return primary.because;
  const standby = Object.values(regions).find(({ region }) => region !== primary.region);
  const source = regions[primary.region];
  if (!source?.answers) return `${primary.region} does not answer, so no uploads can be copied from it.`;
  if (!standby?.answers)
    return `${standby?.region ?? 'The standby'} does not answer, so no uploads can be copied to it.`;
  if (standby.replicaOf === undefined)
    return `${standby.region} does not replicate from ${primary.region}, so it may have uploads of its own; its rejoin merges them.`;
  const { copied } = await ports.media(standby.region).pullFrom(primary.region, { how: 'mirror', ...work });
  return `${standby.region} has copied ${String(copied)} uploads from ${primary.region}.`;
}
