/** The plan of a failover: fence, drain, promote, verify, then move customers. */
import type { Plan, StepCall } from '../../domain/plan/plan';
import { call, forward } from './call';
import { heading, type Move, serviceCommandOf } from './move';
import { moveCustomers, prepareTarget, proveDns } from './planned';
import { fenceSessions, flushCache, promoteSessions } from './sessions';
import { verifyRegion, verifyShop } from './verification';

/** So long a transfer holds for somebody who has switched the old region off, or knows that it is off. */
const askForMs = 30 * 60_000;

/** The failover holds before its point of no return; nothing that it has done until then keeps the old primary from serving. */
const askUnfenced = ({ site: { site }, from }: Move): StepCall['ask'] => ({
  approved: { unfenced: 'proceed' },
  waitMs: askForMs,
  otherwise: `Switch ${from} off, then: npx handover transfer ${site} --kind failover --even-unfenced`,
});

const fence = (move: Move, unfenced: 'ask' | 'proceed' | 'refuse'): StepCall => {
  const { site, from, to } = move;
  const fencing = { unfenced, serviceCommand: serviceCommandOf(site, from) };
  return call(
    'fence-database',
    { region: from, peer: to, planned: false, ...fencing },
    { phase: 'fence', ...(unfenced === 'ask' && { ask: askUnfenced(move) }) },
  );
};

export function unplannedTransfer(move: Move, unfenced: 'ask' | 'proceed' | 'refuse'): Plan {
  const { site, from, to } = move;
  return {
    ...heading(move),
    kind: 'unplanned',
    stages: [
      prepareTarget(move, [fence(move, unfenced)]),
      [
        call(
          'drain-database',
          { from, to, planned: false, timeoutMs: site.policy.drainTimeoutMs },
          { phase: 'promote' },
        ),
      ],
      // Without it nothing is lost for good: what stays behind is salvaged when the region rejoins.
      [
        call(
          'apply-tail',
          { from, to, folder: `tail-${site.site}-${String(move.epoch)}`, timeoutMs: site.policy.drainTimeoutMs },
          { phase: 'promote', onFailure: 'follow-up' },
        ),
      ],
      [call('promote-database', { region: to, idGap: site.shop.idGap }, { phase: 'promote' })],
      [
        forward('canary-order', { region: to }, { phase: 'promote' }),
        ...promoteSessions(site, { from, to, planned: false }),
      ],
      [...flushCache(site, to), verifyRegion(move, to)],
      [forward('open-region', { region: to }, { phase: 'traffic' })],
      moveCustomers(move),
      // At the end: a region that does not answer must not hold up its customers.
      [verifyShop(move), ...fenceSessions(site, from, to, 'proceed')],
      ...proveDns(move),
    ],
  };
}
