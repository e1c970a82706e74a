/** Whether an order was lost, as far as the runs prove it. What is not proven is unknown, and unknown is never 0. */
import type { Json } from '../plan/plan';
import type { TransferResult } from '../plan/result';
import { items, leftToPerson, transactions } from '../plan/left-to-person';

export interface Loss {
  /** Seconds of writes that may be gone: the recovery point; null where it is unknown. */
  seconds: number | null;
  because: string;
  /** The answer in one line. */
  line: string;
  /** A region may have orders that nobody has decided about, so that the primary's data alone cannot answer. */
  open: boolean;
}

/** The answer for all runs together: the first open one decides, then the first unknown one. */
export function lossOf(results: readonly TransferResult[]): Loss {
  const rejoin = results.find(({ kind }) => kind === 'rejoin');
  const unplanned = results.find(({ kind }) => kind === 'unplanned');
  const others = results.filter(({ kind }) => kind !== 'unplanned' && kind !== 'rejoin');
  const answers = [
    ...(unplanned ? [lossOfOutage(unplanned, rejoin)] : rejoin ? [lossOfRejoin(rejoin)] : []),
    ...others.filter(({ kind }) => kind !== 'fence' || rejoin?.ending !== 'completed').map(lossOfOne),
  ];
  const worst = answers.find(({ open }) => open) ?? answers.find(({ seconds }) => seconds === null) ?? answers[0];
  return worst ?? certain('Nothing was moved.', 'Nothing was moved, so no order could be lost.');
}

const certain = (because: string, line: string): Loss => ({ seconds: 0, because, line, open: false });
const unknown = (because: string, line: string, open: boolean): Loss => ({ seconds: null, because, line, open });

const untilRejoined = (region: string, site: string) =>
  `Whether an order was lost is unknown until ${region} rejoins: npx handover rejoin ${site}`;

/** After an outage the age of the last heartbeat that arrived is the honest figure, once nothing of the lost region is left undecided. */
function lossOfOutage({ facts, from, to, site, onsetAt }: TransferResult, rejoin: TransferResult | undefined): Loss {
  const isRead = rejoin?.ending === 'completed';
  if (isRead && leftToPerson(rejoin.facts) > 0) return lossOfRejoin(rejoin);
  const line = isRead
    ? 'No order was lost as far as the runbook knows; no referee checked.'
    : untilRejoined(from, site);
  const heartbeatAt = numberIn(facts['drain-database']?.['lastHeartbeatAtMs']);
  if (heartbeatAt === undefined || onsetAt === 0)
    return unknown('The time of the last write that reached the standby is unknown.', line, !isRead);
  const seconds = Math.max(0, (onsetAt - heartbeatAt) / 1000);
  const because = `The last heartbeat that ${to} had applied was ${seconds.toFixed(1)} s old when the outage began.`;
  return { seconds, because, line, open: !isRead };
}

function lossOfRejoin({ ending, facts, from, to, site }: TransferResult): Loss {
  const errant = numberIn(facts['classify-deposed']?.['errant']);
  const left = leftToPerson(facts);
  if (ending !== 'completed') return unknown(`${from} has not rejoined.`, untilRejoined(from, site), true);
  if (left > 0) {
    const because = `${items(left)} that only ${from} had ${left === 1 ? 'is' : 'are'} left to a person.`;
    return unknown(because, `Not known: ${because} forAPerson lists them with their reasons.`, true);
  }
  if (errant === undefined) {
    const because = `Nothing tells what only ${from} had.`;
    return unknown(because, `Whether an order was lost is unknown: ${because}`, true);
  }
  const because =
    errant === 0
      ? `${to} has everything that ${from} committed.`
      : `Each of the ${transactions(errant)} that only ${from} had is decided, and none is left to a person.`;
  return certain(because, `No order was lost as far as the runbook knows: ${because}`);
}

/** Of a planned move, or of a repair. */
function lossOfOne({ kind, cause, from, ending, pivotAttempted, facts, site }: TransferResult): Loss {
  if (kind === 'fence')
    return unknown(`${from} may have orders that the primary lacks.`, untilRejoined(from, site), true);
  if (kind !== 'planned' || (ending === 'rolled-back' && !pivotAttempted))
    return certain('The primary was not moved.', 'The primary was not moved, so no order was lost by it.');
  if (ending === 'completed' && facts['drain-database'] !== undefined)
    return certain(
      'Every write was drained before the promotion.',
      'No order was lost: every write was drained before the promotion.',
    );
  const because = `The ${cause} ended ${ending}, and nothing proves that every write was drained.`;
  return unknown(because, `Whether an order was lost is unknown: ${because}`, true);
}

const numberIn = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);
