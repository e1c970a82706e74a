/** What a drill must show, judged from what its transfers returned. Whether an order was lost is the referee's word, not this page's. */
import type { DrillRequest, Fault } from '../plan/request';
import type { CheckResult, TransferResult } from '../plan/result';

export interface Aim {
  met: boolean;
  because: string;
}

/** The plans that each fault must lead to, in order; none where the monitor must keep still. */
export const expectedPlans: Record<Fault, readonly TransferResult['kind'][]> = {
  isolate: ['unplanned'],
  shutdown: ['unplanned'],
  'table-errors': ['pointer', 'pointer'],
  'vantage-cut': [],
  'link-cut': [],
};

/** The faults that take the primary itself; only they need a rejoin and a way home. */
export const takesPrimary = (fault: Fault): boolean => expectedPlans[fault].includes('unplanned');

/** The first check that stands in the way of a transfer; a warning does not. */
export const failedCheck = (checks: readonly CheckResult[]): CheckResult | undefined =>
  checks.find(({ ok, advisory }) => !ok && advisory !== true);

export function aimOf(
  request: DrillRequest,
  transfers: readonly TransferResult[],
  rejoin: TransferResult | undefined,
): Aim {
  const unfinished = [...transfers, ...(rejoin ? [rejoin] : [])].find((result) => result.ending !== 'completed');
  if (unfinished)
    return { met: false, because: `The ${unfinished.cause} ended ${unfinished.ending}: ${unfinished.because}` };
  if (request.kind === 'switchover') return homeAgain(request, transfers, 'moved and brought home');
  if (request.kind !== 'outage') return { met: true, because: 'Every check passed; nothing was changed.' };
  const expected = expectedPlans[request.fault];
  const moved = transfers.slice(0, expected.length).map((result) => result.kind);
  if (expected.length === 0) {
    return transfers.length === 0
      ? { met: true, because: `The fault ${request.fault} was detected and the shop was not moved, as expected.` }
      : {
          met: false,
          because: `The fault ${request.fault} must not move the shop, but a ${transfers[0]?.cause ?? ''} ran.`,
        };
  }
  if (moved.join() !== expected.join()) {
    return {
      met: false,
      because: `The fault ${request.fault} should have led to ${expected.join(' and ')}, but led to ${moved.join(' and ') || 'nothing'}.`,
    };
  }
  if (!takesPrimary(request.fault))
    return { met: true, because: 'The table pointer was moved and moved back; the primary stayed.' };
  if (!rejoin && request.comeHome) return { met: false, because: 'The lost region did not rejoin.' };
  return homeAgain(request, transfers, 'lost, moved, rejoined and brought home');
}

function homeAgain(request: DrillRequest, transfers: readonly TransferResult[], story: string): Aim {
  const first = transfers[0];
  const last = transfers.at(-1);
  if (!first || !last) return { met: false, because: 'Nothing was moved.' };
  if (!request.comeHome)
    return { met: true, because: `The shop was moved from ${first.from} to ${first.to} and stays there.` };
  return last !== first && last.to === first.from
    ? { met: true, because: `The shop was ${story}: ${first.from} → ${first.to} → ${last.to}.` }
    : { met: false, because: `The shop was moved to ${first.to} and not brought home to ${first.from}.` };
}
