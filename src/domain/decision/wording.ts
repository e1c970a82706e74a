/** The fixed sentences of alerts. They hold no ages or counts, so that one alert stays one alert. */
import type { Action, Situation } from './situation';

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

export function headline({ site, opinion: { verdict } }: Situation): string {
  const words = {
    healthy: 'is healthy',
    'region-down': 'is down',
    'app-down': 'has lost its shop',
    'table-down': 'has lost its table',
    'edge-broken': 'serves, but not under the public name',
    'link-cut': 'serves, but the regions do not see each other',
    degraded: 'is degraded',
    blind: "can't be judged: too few vantages have an opinion",
    restarted: 'is up, but its database is read-only',
    'two-writers': 'is not the only one whose database accepts writes',
  } as const;
  return `${site}: region ${verdict.region} ${words[verdict.state]}.`;
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
