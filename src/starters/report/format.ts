/** How times and results are written in every form of a report. */

/** `23:41:07.312` in UTC. */
export const formatTime = (at: number): string => (at === 0 ? 'unknown' : new Date(at).toISOString().slice(11, 23));

export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${(ms / 60_000).toFixed(1)} min`;
}

export const formatResult = (ok: boolean | null, advisory = false): string =>
  ok === null ? 'unknown' : ok ? 'ok' : advisory ? 'warning' : 'FAIL';
