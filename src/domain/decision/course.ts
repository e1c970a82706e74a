/** From a verdict to what we would like to do, before anything speaks against it. The only place that maps one to the other. */
import type { Alert } from '../alert';
import type { Action, Situation } from './situation';
import type { Backing, Verdict } from '../detection/verdict';

export type Course =
  /** `notice`: how loudly to say it, if at all. */
  | { wish: 'nothing'; notice?: Alert['severity'] }
  | { wish: 'act'; action: Action }
  /** `topic` is the same as `because` in a few words that never change. */
  | { wish: 'ask'; action?: Action; because: string; topic: string };

export function courseFor(situation: Situation): Course {
  const { verdict } = situation.opinion;
  switch (verdict.state) {
    case 'region-down':
      return whenBacked(situation, verdict, { kind: 'failover', ...route(situation) });
    case 'app-down':
      return forDeadShop(situation, verdict);
    case 'table-down':
      return forDeadTable(situation, verdict);
    case 'restarted':
      return act({ kind: 'restore', from: verdict.region, to: verdict.region });
    case 'two-writers':
      return forTwoWriters(situation, verdict);
    case 'edge-broken':
    case 'blind':
      return { wish: 'nothing', notice: 'critical' };
    case 'link-cut':
    case 'degraded':
      return { wish: 'nothing', notice: 'warning' };
    case 'healthy':
      return backToOwnTable(situation);
  }
}

function act(action: Action): Course {
  return { wish: 'act', action };
}

/** A database that answers can be left without losing anything; a dead one can't. */
function forDeadShop(situation: Situation, verdict: Extract<Verdict, { state: 'app-down' }>): Course {
  const planned: Action = { kind: 'switchover', ...route(situation) };
  switch (verdict.database) {
    case 'answers':
      return whenBacked(situation, verdict, planned);
    case 'dead':
      return whenBacked(situation, verdict, { kind: 'failover', ...route(situation) });
    case 'unknown': {
      const because = `Nobody can tell whether the database of ${verdict.region} still answers, so nobody knows whether a move would lose orders.`;
      return { wish: 'ask', action: planned, because, topic: 'nobody can tell whether its database answers' };
    }
  }
}

function forDeadTable(situation: Situation, verdict: Extract<Verdict, { state: 'table-down' }>): Course {
  if (situation.tableOf !== situation.primary) return { wish: 'nothing', notice: 'warning' };
  return whenBacked(situation, verdict, { kind: 'pointer', ...route(situation) });
}

/** Back when the own table has been well for long, or at once when the borrowed one is down. */
function backToOwnTable({ primary, tableOf, opinion, policy }: Situation): Course {
  const own = opinion.tables[primary];
  if (tableOf === primary || own?.state !== 'up') return { wish: 'nothing' };
  const borrowedIsDown = opinion.tables[tableOf]?.state === 'down';
  if (!borrowedIsDown && own.forMs < policy.tableBackAfterMs) return { wish: 'nothing' };
  return act({ kind: 'pointer', from: tableOf, to: primary });
}

function forTwoWriters(situation: Situation, verdict: Extract<Verdict, { state: 'two-writers' }>): Course {
  const { fence } = verdict;
  if (fence === undefined) {
    const because = 'Two databases accept writes in the same epoch, so a person must say which one is right.';
    return { wish: 'ask', because, topic: 'both claim the same epoch' };
  }
  const keep = fence === situation.primary ? (situation.standby ?? '') : situation.primary;
  return act({ kind: 'fence', from: fence, to: keep });
}

/** Acts when every eligible vantage agrees; else when the site opted in and it has lasted. */
function whenBacked(situation: Situation, verdict: Verdict & { backing: Backing }, action: Action): Course {
  const { majorityActs, majorityAfterMs } = situation.policy;
  if (verdict.backing === 'all' || (majorityActs && verdict.forMs >= majorityAfterMs)) return act(action);
  const [because, topic] =
    verdict.backing === 'contested'
      ? [
          `Every vantage has lost ${verdict.region}, but the other region still hears it.`,
          'the other region still hears it',
        ]
      : ['A majority of the vantages says so, but not all of them.', 'the vantages disagree'];
  return { wish: 'ask', action, because, topic };
}

function route({ primary, standby = '' }: Situation): { from: string; to: string } {
  return { from: primary, to: standby };
}
