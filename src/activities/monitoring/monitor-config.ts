/** What a monitor needs to know of its site, read once a run and again on `reload`; its hash tells which YAML it was. */
import type { Site } from '../../config';
import type { SiteContext } from '../planning/prepare';
import type { ProbeTarget } from '../../ports/probe';
import type { MonitorConfig } from '../../contract/monitor';

export function monitorConfig({ site, caPem, problem }: SiteContext): MonitorConfig {
  const targets = Object.entries(site.vantages).map(
    ([vantage, { key = '' }]) => [vantage, targetsFor(site, caPem, key)] as const,
  );
  return {
    hash: site.hash,
    policy: site.policy,
    regions: Object.keys(site.regions),
    controlTargets: [...site.controlTargets],
    targets: Object.fromEntries(targets),
    ...(site.deadMan && { deadManEveryMs: site.deadMan.every }),
    ...(problem !== undefined && { problem }),
  };
}

function targetsFor(site: Site, caPem: string, key: string): ProbeTarget[] {
  const blank = { caPem: '', key: '', tableRegion: '', nameServers: [] };
  const regions = Object.entries(site.regions);
  const shop = { name: site.shop.name, path: site.shop.healthPath, caPem };
  return [
    ...regions.map(([region, { address }]): ProbeTarget => {
      return { ...blank, ...shop, target: { signal: 'app', region }, address };
    }),
    ...tableTargets(site, key).map((target) => ({ ...blank, ...target })),
    {
      ...blank,
      ...shop,
      target: { signal: 'edge' },
      address: '',
      nameServers: [...site.dns.authoritative],
    },
  ];
}

type TableTarget = Pick<ProbeTarget, 'target' | 'address' | 'name' | 'key' | 'tableRegion'>;

/** None where the shop has no table. */
function tableTargets({ regions, table }: Site, key: string): TableTarget[] {
  if (table === undefined) return [];
  return Object.entries(regions).map(([region, { tableRegion = '' }]) => {
    const address = table.endpoints[tableRegion] ?? '';
    return { target: { signal: 'table', region }, address, name: table.name, key, tableRegion };
  });
}
