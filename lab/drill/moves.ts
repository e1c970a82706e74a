/** Planned moves one after the other, under load. */
import type { RefereeSummary } from '../../src/domain/report/report';

/** How many acknowledged orders are not whole after so many moves; unknown where the referee could not tell. */
export function movesSentence(moves: number, { findings }: Pick<RefereeSummary, 'findings'>): string {
  const of = (name: string) => findings.find((each) => each.name === name);
  const [kept, whole] = [of('acknowledged-orders'), of('whole-orders')];
  const done = `${moves} planned moves under load`;
  if (kept?.counts === undefined || whole?.counts === undefined || kept.ok === null || whole.ok === null)
    return `${done}: how many acknowledged orders are not whole is unknown.`;
  const { acknowledged = 0, missing = 0, altered = 0 } = kept.counts;
  const flawed = missing + altered + (whole.counts['wrong'] ?? 0);
  return `${done}: ${flawed} of ${acknowledged} acknowledged orders are missing, altered or not whole.`;
}
