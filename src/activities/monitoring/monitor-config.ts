/** What a monitor needs to know of its site, read once a run and again on `reload`; its hash tells which YAML it was. */
import type { Site } from '../../config';
import type { SiteContext } from '../planning/prepare';
import type { ProbeTarget } from '../../ports/probe';
import type { MonitorConfig } from '../../contract/monitor';

export function monitorConfig({ site, caPem }: SiteContext): MonitorConfig {
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

function targetsFor(site: Site, caPem: string, key: string): ProbeTarget[] {
  const blank = { caPem: '', key: '', tableRegion: '', nameServers: [] };
  const regions = Object.entries(site.regions);
  return [
    ...regions.map(([region, { address }]): ProbeTarget => {
      return { ...blank, target: { signal: 'app', region }, address, name: site.shop.name, caPem };
    }),
    ...regions.map(([region, { tableRegion }]): ProbeTarget => {
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
