/** How figures are written in every form of a report. */

export const clock = (at: number): string => (at === 0 ? 'unknown' : new Date(at).toISOString().slice(11, 23));

export function took(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${(ms / 60_000).toFixed(1)} min`;
}

export const mark = (ok: boolean | null): string => (ok === null ? 'unknown' : ok ? 'ok' : 'NOT OK');
