/** The fixed sentences of alerts. They hold no ages or counts, so that one alert stays one alert. */
import type { Order, Situation } from './situation';

/** The command that orders by hand what the runbook would have done. */
export function commandFor(site: string, { kind, to, from }: Order): string {
  const start = `npx handover transfer ${site} --kind`;
  switch (kind) {
    case 'planned':
      return `${start} switchover --to ${to}`;
    case 'unplanned':
      return `${start} failover --to ${to}`;
    case 'pointer':
      return `${start} pointer --to ${to}`;
    case 'fence':
      return `${start} fence --to ${from}`;
    case 'restore':
      return `${start} restore`;
    case 'rejoin':
      return `npx handover rejoin ${site} --region ${from}`;
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

export function doing({ kind, from, to }: Order): string {
  switch (kind) {
    case 'planned':
      return `Moving the shop to ${to} without loss.`;
    case 'unplanned':
      return `Failing over to ${to}.`;
    case 'pointer':
      return `Pointing the shop at the table of ${to}.`;
    case 'restore':
      return 'Making it writable again.';
    case 'fence':
      return `Fencing ${from}.`;
    case 'rejoin':
      return `Bringing ${from} back as the standby.`;
  }
}
