import { sentenceCase } from '../../detection/agreement';
import type { Hearing } from '../../detection/hearing';
import { about, defineVerdict, type VerdictOf } from './define';

/** A failure share that every vantage sees, short of an outage: the shop browns out. */
const brownOutShare = 0.2;
/** From here on somebody is called: too little for a move, too much to wait for the morning. */
const halfOut = 0.4;

interface Degraded extends VerdictOf<'degraded'> {
  /** Of the shop's probes, as every vantage sees it at least; absent in histories recorded before 2026-12. */
  failedShare?: number;
}

/** Some vantages, or some requests, fail. */
export const degraded = defineVerdict({
  state: 'degraded',
  headline: 'is degraded',
  find,
  course: ({ policy }, { failedShare = 0, failingForMs }) =>
    failedShare >= halfOut && failingForMs >= 2 * policy.windowMs
      ? { wish: 'nothing', notice: 'critical', says: 'Every vantage sees nearly half of its probes fail, or more.' }
      : { wish: 'nothing', notice: 'warning' },
});

function find({ testimony: { primary }, app, table, edge }: Hearing): Degraded | undefined {
  const partial = [app, ...(table ? [table] : []), edge].find(
    ({ state }) => state === 'down' || state === 'majority' || state === 'split',
  );
  if (partial)
    return {
      ...about('degraded', primary, partial.down),
      failedShare: app.leastShare,
      forMs: partial.forMs,
      failingForMs: partial.failingMs,
      because: `${sentenceCase(partial.because)}.`,
    };
  if (app.leastShare >= brownOutShare)
    return {
      ...about('degraded', primary, app.up),
      failedShare: app.leastShare,
      failingForMs: app.browningMs,
      because: `Every vantage sees at least ${Math.round(app.leastShare * 100)} % of the probes of ${primary}'s shop fail.`,
    };
  if (table?.state === 'unknown' && table.silent.length > 0)
    return {
      ...about('degraded', primary, table.silent),
      because: `The table's state is unknown: ${table.because}.`,
    };
  return undefined;
}
