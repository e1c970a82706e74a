/** The fixed sentences of alerts. They hold no ages or counts, so that one alert stays one alert. */
import type { Action } from './course';
import type { Situation } from './situation';
import { headlineOf } from './verdicts';

/** The command with which a person starts what the decision proposes. */
export function commandFor(site: string, { kind, to, from }: Action): string {
  const start = `npx handover transfer ${site} --kind ${kind}`;
  switch (kind) {
    case 'switchover':
    case 'failover':
    case 'failback':
    case 'pointer':
      return `${start} --to ${to}`;
    case 'fence':
      return `${start} --region ${from}`;
    case 'restore':
      return start;
  }
}

/** The command that approves what waits in `epoch`; one from an older page then changes nothing. */
export const approvalCommand = (site: string, epoch: number): string =>
  `npx handover approve ${site} --epoch "${String(epoch)}" --who "ines@shop.example" --because "I see it too"`;

export function headline({ site, opinion: { verdict } }: Situation): string {
  return `${site}: region ${verdict.region} ${headlineOf(verdict)}.`;
}

/** What the monitor does about it. */
export function announcement({ kind, from, to }: Action): string {
  switch (kind) {
    case 'switchover':
    case 'failback':
      return `Moving the shop to ${to} without loss.`;
    case 'failover':
      return `Failing over to ${to}.`;
    case 'pointer':
      return `Pointing the shop at the table of ${to}.`;
    case 'restore':
      return 'Making it writable again.';
    case 'fence':
      return `Fencing ${from}.`;
  }
}

/** `90 s`, `12 min` */
export function span(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
