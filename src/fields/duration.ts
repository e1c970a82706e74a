/** Durations have a unit in YAML (`10s`, `1h`, `500ms`) and are milliseconds in the code. */

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const shape = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** Milliseconds of `text`, or undefined when it is not a duration with a unit. */
export function parseDuration(text: string): number | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const ms = Number(match[1]) * units[match[2] as keyof typeof units];
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** The shortest text for `ms`: the inverse of `parseDuration` for whole milliseconds. */
export function formatDuration(ms: number): string {
  const fits = (['d', 'h', 'm', 's'] as const).find((unit) => ms >= units[unit] && ms % units[unit] === 0) ?? 'ms';
  return `${ms / units[fits]}${fits}`;
}
