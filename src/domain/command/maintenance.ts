/**
 * A maintenance window that a person has planned: inside it the monitor starts nothing by itself, and that the shop cannot be reached is no news. It
 * ends by itself, and binds no person. Pure: the monitor holds it and hands it from run to run. Times are milliseconds since the epoch.
 */
import { minuteOf } from '../sentence';

export interface Maintenance {
  by: string;
  because: string;
  from: number;
  until: number;
}

interface Said {
  who: string;
  because: string;
  /** As they were typed; without the first it begins at once. */
  from?: string;
  until: string;
}

type Answer = { refused: string } | { maintenance: Maintenance; said: string };

/** A window takes the place of the one before. */
export function planMaintenance(before: Maintenance | undefined, said: Said, now: number): Answer {
  const until = Date.parse(said.until);
  const from = said.from === undefined ? now : Math.max(now, Date.parse(said.from));
  if (!(until > now)) return { refused: `${said.until} is past; nothing was changed.` };
  if (!(from < until))
    return {
      refused: `The window would end at ${said.until}, before it begins (${said.from ?? ''}); nothing was changed.`,
    };
  const next = { by: said.who, because: said.because, from, until };
  const instead = before && now < before.until ? ` It takes the place of that of ${before.by}.` : '';
  return { maintenance: next, said: `${maintenanceSentence(next, now)}${instead}` };
}

export const isWithin = (window: Maintenance | undefined, now: number): window is Maintenance =>
  window !== undefined && window.from <= now && now < window.until;

/** `Maintenance until 2026-12-01T06:00Z by ines: new disks in A.` Before it has begun with its beginning. */
export function maintenanceSentence({ by, because, from, until }: Maintenance, now: number): string {
  const planned = now < from ? ` planned from ${minuteOf(from)}` : '';
  return `Maintenance${planned} until ${minuteOf(until)} by ${by}: ${because} Inside it the monitor starts nothing by itself; a person may.`;
}
