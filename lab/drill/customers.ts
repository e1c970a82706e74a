/** How a drill affected customers, from the shoppers' own ledgers. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CustomerSummary } from '../../src/domain/report/report';
import { acknowledgementGaps } from '../shoppers/acknowledgement-gaps';
import type { AckLine, FailureLine, PulseLine } from '../shoppers/ledger-lines';

const crowds = ['world', 'A', 'B'] as const;

/** Undefined when no order was acknowledged. `from` and `to` are milliseconds since the epoch. */
export function customerImpact(labDir: string, from: number, to: number): CustomerSummary | undefined {
  const acks = read<AckLine>(labDir, 'acks');
  if (acks.length === 0) return undefined;
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const { acknowledged, failed, longestMs, longestFrom } = acknowledgementGaps(
    acks,
    read<FailureLine>(labDir, 'failures'),
    span,
  );
  return {
    acknowledged,
    failedRequests: failed,
    longestGapMs: longestMs,
    longestGapAt: longestFrom,
    perSecond: perSecond(read<PulseLine>(labDir, 'pulse')),
  };
}

/** The figures of the last second over all shoppers, in one line. */
export function customerStatus(labDir: string): string {
  const last = crowds
    .map((crowd) => read<PulseLine>(labDir, 'pulse', crowd).at(-1))
    .filter((line) => line !== undefined);
  const sum = (of: (line: PulseLine) => number) => last.reduce((total, line) => total + of(line), 0);
  const regions = perSecond(last).at(-1)?.byRegion ?? {};
  const served = Object.entries(regions)
    .map(([region, count]) => `${region} ${String(count)}`)
    .join(', ');
  return `shoppers: ${String(sum((line) => line.acked))} orders/s (${served || 'none'}), ${String(sum((line) => line.failed))} failed requests/s, ${String(sum((line) => line.open))} unanswered`;
}

function perSecond(lines: readonly PulseLine[]): CustomerSummary['perSecond'] {
  const seconds = new Map<string, Record<string, number>>();
  for (const { at, byRegion } of lines) {
    const second = `${at.slice(0, 19)}.000Z`;
    const sums = seconds.get(second) ?? {};
    for (const [region, count] of Object.entries(byRegion)) sums[region] = (sums[region] ?? 0) + count;
    seconds.set(second, sums);
  }
  return [...seconds]
    .map(([second, byRegion]) => ({ second, byRegion }))
    .sort((a, b) => a.second.localeCompare(b.second));
}

/** A last line that is still being written is skipped. */
function read<T>(labDir: string, ledger: string, only?: string): T[] {
  return crowds
    .filter((crowd) => only === undefined || crowd === only)
    .map((crowd) => join(labDir, 'ledgers', `${ledger}-${crowd}.jsonl`))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as T),
    );
}
