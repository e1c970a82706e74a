/** How moments, ages and runs are written on the command line. */

/** `02:50:30 UTC (12 min ago)` */
export const momentOf = (at: Date, now: number): string => `${clockOf(at)} (${agoOf(now - at.getTime())} ago)`;

/** `02:50:30 UTC`; with the day before it when that is not today's. */
function clockOf(at: Date): string {
  const [day = '', time = ''] = at.toISOString().split('T');
  const today = new Date().toISOString().startsWith(day);
  return `${today ? '' : `${day} `}${time.slice(0, 8)} UTC`;
}

/** `76 s`, `12 min`, `27 h`, `3 days` */
export function agoOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${String(seconds)} s`;
  if (seconds < 7_200) return `${String(Math.round(seconds / 60))} min`;
  return seconds < 172_800
    ? `${String(Math.round(seconds / 3_600))} h`
    : `${String(Math.round(seconds / 86_400))} days`;
}

/** Rows as lines in columns, two spaces apart. */
export function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    // A row of two cells is a name and a sentence.
    Math.max(...rows.filter((row) => column === 0 || row.length > 2).map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(row.length > 2 || column === 0 ? (widths[column] ?? 0) : 0))
      .join('  ')
      .trimEnd(),
  );
}
