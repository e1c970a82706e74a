/** Whether the shop is served and could be moved now: what the sampler believes, and which vantages are silent. Pure. */
import type { Alert } from '../alert';
import { believedIn, type Sight } from './sight';

interface Reason {
  name: string;
  because: string;
  vital?: true;
}

/** `unknown`: nothing is known to be wrong, but something could not be read for long. */
export interface Readiness {
  state: 'ready' | 'red' | 'unknown';
  bad: Reason[];
  unread: Reason[];
}

/** What a monitor remembers of looks and vantages. */
export interface Remembered {
  /** Absent before the first report of a sampler. */
  sight?: Sight;
  /** By vantage: for how long it has had no opinion on anything. */
  silentForMs: Readonly<Record<string, number>>;
  /** Since the sampler last reported; absent where it never did. */
  sampledAgoMs?: number;
}

/** A vantage that is lost is asked again within 20 s, and its worker restarts within 30 s. */
export const vantageSilentForMs = 60_000;
/** A sampler reports every 5 min; two reports that do not come are no coincidence. */
const sampledWithinMs = 11 * 60_000;
const mostReasons = 10;

export function readinessOf({ sight, silentForMs, sampledAgoMs = 0 }: Remembered): Readiness {
  const silent = Object.entries(silentForMs)
    .filter(([, ms]) => ms >= vantageSilentForMs)
    .map(([vantage]): Reason => silence(vantage));
  const reason = ({ name, because, vital }: Reason): Reason => ({ name, because, ...(vital && { vital }) });
  const bad = [...(sight ? believedIn(sight, 'bad') : []).map(reason), ...silent].slice(0, mostReasons);
  const blind = sampledAgoMs > sampledWithinMs ? [notSampled] : [];
  const unread = [...blind, ...(sight ? believedIn(sight, 'unknown') : []).map(reason)].slice(0, mostReasons);
  return { state: bad.length > 0 ? 'red' : unread.length > 0 ? 'unknown' : 'ready', bad, unread };
}

const silence = (vantage: string): Reason => ({
  name: `vantage ${vantage}`,
  because: `The vantage ${vantage} has no opinion on anything: start its worker with: node dist/src/worker.js --role probe --vantage ${vantage}; or look at its network and its key.`,
});

const notSampled: Reason = {
  name: 'sampler',
  because: 'The sampler does not report: start a runbook worker, which serves the queue handover-sample too.',
};

/** What was told last, by a key that stays the same until all is well. */
export interface Told {
  since: number;
  summary: string;
}

/** Right after a plan has ended, what was seen is still what the plan found. */
const settlesWithinMs = 120_000;

export interface Circumstances {
  site: string;
  /** The primary is not in its home region: who would come home then? */
  away: boolean;
  /** A transfer or a rejoin runs, which makes red what it changes; or somebody is called about the verdict. */
  busy: boolean;
  lastPlanAgoMs?: number;
  told?: Told;
}

/** `told` is to be remembered; absent when nothing is told any more. `alert` is to be sent. `pending`: to be asked again soon. */
export interface Telling {
  told?: Told;
  alert?: Alert;
  pending?: true;
}

export function tellReadiness(readiness: Readiness, at: number, around: Circumstances): Telling {
  const { site, busy, lastPlanAgoMs = Infinity, told } = around;
  const summary = summaryOf(readiness, around);
  if (summary === told?.summary || (summary === undefined && told === undefined)) return told ? { told } : {};
  if (busy || lastPlanAgoMs < settlesWithinMs) return { ...(told && { told }), pending: true };
  const key = `${site}/readiness`;
  if (summary === undefined)
    return { alert: { key, severity: 'info', status: 'resolved', summary: `${site}: ready again, all is well.` } };
  const { severity, command } = loudness(readiness, around);
  return { told: { since: told?.since ?? at, summary }, alert: { key, severity, summary, command, ends: true } };
}

/** No ages and no counts, so that one alert stays one alert; undefined when all is well. */
function summaryOf({ state, bad, unread }: Readiness, { site }: Circumstances): string | undefined {
  const names = (reasons: readonly Reason[]) => reasons.map(({ name }) => name).join(', ');
  switch (state) {
    case 'ready':
      return undefined;
    case 'red':
      return bad.some(({ vital }) => vital)
        ? `${site}: customers may not be served, although the shop answers: ${names(bad)}.`
        : `${site}: serves, but is not ready for what comes: ${names(bad)}.`;
    case 'unknown':
      return `${site}: whether it is ready is not known, since these could not be read: ${names(unread)}.`;
  }
}

function loudness({ bad }: Readiness, { site, away }: Circumstances): Required<Pick<Alert, 'severity' | 'command'>> {
  const isCritical = away || bad.some(({ vital }) => vital);
  return { severity: isCritical ? 'critical' : 'warning', command: `npx handover status ${site}` };
}
