/** How a drill tells what it was and how it ended: by search attributes, by a failure of its own name, and by an alert. */
import {
  ApplicationFailure,
  patched,
  proxyActivities,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { RunbookActivities } from '../contract/activities';
import { missedAim, runbookQueue } from '../contract/ids';
import type { DrillRequest } from '../domain/plan/request';
import type { DrillResult } from '../domain/plan/result';
import { notify } from './alerting/tell';
import { orOwnFailure } from './input';
import { priorityOf } from './running/rate-limit-wait';
import { searchAttribute, type AttributeName } from './search-attributes';

const { briefing } = proxyActivities<Pick<RunbookActivities, 'briefing'>>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', maximumAttempts: 5 },
  priority: priorityOf('look'),
  summary: 'Read the site file',
});

type Show = (shown: Partial<Record<AttributeName, string>>) => void;

/** Shows the site and the kind, and gives what shows the rest; undefined for a drill that began before drills told. */
export async function showDrill({ site, kind }: DrillRequest): Promise<Show | undefined> {
  if (!patched('drill-tells')) return undefined;
  const { attributes = [] } = await orOwnFailure(briefing(site));
  const show: Show = (shown) => {
    const pairs = Object.entries(shown).map(([name, value]) => searchAttribute(name as AttributeName, value));
    const known = pairs.filter(({ key }) => attributes.includes(key.name));
    if (known.length > 0) upsertSearchAttributes(known);
  };
  show({ site, kind });
  return show;
}

/** @throws ApplicationFailure `AimMissed` with the whole result, so that a list of failed runs shows it */
export async function endOf(result: DrillResult, show: Show | undefined): Promise<DrillResult> {
  const { site, kind, aim } = result;
  if (!show) return result;
  show({ ending: aim.met ? 'completed' : 'aim-missed' });
  if (aim.met) return result;
  // A comparison has told it in its own words.
  if (kind !== 'compare') {
    const key = `handover/${site}/drill/${workflowInfo().runId}`;
    const summary = `${site}: the drill of ${kind} missed its aim. ${aim.because}`;
    const command = `npx handover report ${site} --of drill`;
    await notify(site, { severity: 'warning', key, summary, command }).catch(() => undefined);
  }
  throw ApplicationFailure.create({ message: aim.because, type: missedAim, nonRetryable: true, details: [result] });
}
