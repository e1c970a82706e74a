/** What a monitor needs to know of its site, read once a run and again on `reload`; its hash tells which YAML it was. */
import type { Site } from '../config';
import type { Policy } from '../domain/policy';
import type { Ground } from './prepare';
import type { WatchTarget } from './watch';

export interface Briefing {
  hash: string;
  policy: Policy;
  regions: string[];
  controlTargets: string[];
  /** What each vantage asks. */
  targets: Record<string, WatchTarget[]>;
}

export function briefing({ site, caPem }: Ground): Briefing {
  const targets = Object.entries(site.vantages).map(
    ([vantage, { key }]) => [vantage, targetsFor(site, caPem, key)] as const,
  );
  return {
    hash: site.hash,
    policy: site.policy,
    regions: Object.keys(site.regions),
    controlTargets: [...site.controlTargets],
    targets: Object.fromEntries(targets),
  };
}

function targetsFor(site: Site, caPem: string, key: string): WatchTarget[] {
  const blank = { caPem: '', key: '', tableRegion: '', nameServers: [] };
  const regions = Object.entries(site.regions);
  return [
    ...regions.map(([region, { address }]): WatchTarget => {
      return { ...blank, target: { signal: 'app', region }, address, name: site.shop.name, caPem };
    }),
    ...regions.map(([region, { tableRegion }]): WatchTarget => {
      const address = site.table.endpoints[tableRegion] ?? '';
      return { ...blank, target: { signal: 'table', region }, address, name: site.table.name, key, tableRegion };
    }),
    {
      ...blank,
      target: { signal: 'edge' },
      address: '',
      name: site.shop.name,
      caPem,
      nameServers: [...site.dns.authoritative],
    },
  ];
}
