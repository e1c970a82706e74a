/** What the vantages reported last, and the votes made of it. */
import { nameOf, type Target } from './reading';
import { blank, type Ballot, type Memory } from './vote';

/** What a vantage reported last. */
export interface VantageReport {
  memories: Record<string, Memory>;
  /** When the vantage gave it, or before; when the monitor heard it where `dated` is absent. */
  at: number;
  /** Absent in reports of probe workers older than 2026-12 and in states that such a monitor handed on. */
  dated?: true;
}
/** By vantage. */
export type VantageReports = Record<string, VantageReport>;

/**
 * Dates a report. Vantage and monitor share no clock: the vantage tells how long it watched before it reported, `ranMs`, and the monitor knows
 * when it asked; so the report is at most `heardAt - askedAt - ranMs` old, which holds the way of the question and that of the answer.
 */
export function datedReport(
  { memories, ranMs }: { memories: VantageReport['memories']; ranMs?: number },
  askedAt: number,
  heardAt: number,
): VantageReport {
  if (ranMs === undefined) return { memories, at: heardAt };
  return { memories, at: Math.min(heardAt, askedAt + Math.max(0, ranMs)), dated: true };
}

/** Every vantage says up or down of every target that it asks. */
export function allHaveVoted(targets: Record<string, readonly { target: Target }[]>, heard: VantageReports): boolean {
  return ballotsOf(targets, heard, 0).every(({ vote }) => vote.state !== 'silent');
}

/** Every vantage's vote on every target it asks, with its age; a vantage that has reported nothing is silent. */
export function ballotsOf(
  targets: Record<string, readonly { target: Target }[]>,
  heard: VantageReports,
  now: number,
): Ballot[] {
  return Object.entries(targets).flatMap(([vantage, asked]) =>
    asked.map(({ target }) => {
      const report = heard[vantage];
      const { vote } = report?.memories[nameOf(target)] ?? blank();
      return {
        vantage,
        target,
        vote,
        ageMs: now - (report?.at ?? now),
        ...(report?.dated && { dated: true as const }),
      };
    }),
  );
}
