/** Is the standby equal to the primary, before anybody relies on it? Compares and judges; a replica that differs goes on replicating. */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { rejoinId, transferId } from '../contract/ids';
import type { CheckResult } from '../domain/plan/result';
import { primaryOf } from '../domain/plan/survey';
import type { JobOptions } from '../ports/rejoin';
import type { SiteContext } from './planning/prepare';
import { answerWithinMs, surveyDatabases } from './planning/survey';
import { check } from './readiness/check';
import { asFailure } from './step/failure';
import { comparisonSentence, isEqual } from './step/comparison-sentence';
import { refuseWhile } from './other-run';

const heartbeatEveryMs = 1_000;
/** How long the replica may take to apply one part. */
const replicaWithinMs = 10 * 60_000;

/** @throws ApplicationFailure `Refused` while a transfer or a rejoin runs: each writes to the databases for itself */
export async function compareStandbyActivity(
  context: SiteContext,
  key: string,
  client: Client,
): Promise<CheckResult[]> {
  const { site } = context.site;
  const because = `so the standby can't be compared now. See: npx handover status ${site}`;
  for (const id of [transferId(site), rejoinId(site)]) await refuseWhile(client, id, because);
  const activity = Context.current();
  let line = 'comparing';
  const beat = setInterval(() => activity.heartbeat(line), heartbeatEveryMs);
  const onProgress = (next: string) => {
    line = next;
  };
  try {
    const work = { timeoutMs: replicaWithinMs, signal: activity.cancellationSignal, onProgress };
    return await compareStandby(context, key, work);
  } catch (error) {
    throw asFailure(error);
  } finally {
    clearInterval(beat);
  }
}

/** One check: its sentence also names what could not be compared, which is no difference. */
export async function compareStandby(
  { site, ports }: SiteContext,
  key: string,
  work: JobOptions,
): Promise<CheckResult[]> {
  const regions = await surveyDatabases(site, ports, answerWithinMs.planned);
  const primary = primaryOf({ regions });
  if (!primary.known) return [check('comparison', false, primary.because)];
  const from = primary.region;
  const standby = Object.values(regions).find(({ region }) => region !== from);
  const to = standby?.region ?? 'The standby';
  if (!standby?.answers)
    return [check('comparison', false, `${to}'s database does not answer, so it can't be compared with ${from}'s.`)];
  if (standby.replicating !== true)
    return [
      check(
        'comparison',
        false,
        `${to} does not replicate from ${from}, so it can't be compared; restart it with: npx handover transfer ${site.site} --kind restore`,
      ),
    ];
  const comparing = ports.comparing(from, to);
  await comparing.compare(key, { ...work, pace: 'gentle' });
  const found = await comparing.found(key);
  if (!found) return [check('comparison', false, `The comparison of ${to} with ${from} left no result.`)];
  const sentence = comparisonSentence(found, from, to);
  const todo = `${to} still replicates; before a transfer relies on it, detach it (STOP REPLICA; RESET REPLICA ALL) and type: npx handover rejoin ${site.site} --region ${to}`;
  return [check('comparison', isEqual(found), isEqual(found) ? sentence : `${sentence} ${todo}`)];
}
