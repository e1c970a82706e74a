import { runIn } from './commands';
import { isRegion, places, routedPlaces, type PlaceName, type RegionName } from './places';

/** Packets from `from` to `to` are dropped silently; a symmetric cut is two of them. */
export interface Cut {
  from: PlaceName;
  to: PlaceName;
}

/** Routers that see every packet between two places: `pay` for its own links, `world` for all others. */
const routers = ['world', 'pay'] as const;

const table = `table inet lab {
  set cuts { type ipv4_addr . ipv4_addr; flags interval; }
  chain forwarded { type filter hook forward priority 0; policy accept; ip saddr . ip daddr @cuts counter drop; }
  chain received { type filter hook input priority 0; policy accept; ip saddr . ip daddr @cuts counter drop; }
  chain sent { type filter hook output priority 0; policy accept; ip saddr . ip daddr @cuts counter drop; }
}
`;

/** The links of the lab. Packets are dropped, not rejected: a lost region returns nothing, not even "unreachable". */
export class Firewall {
  private readonly active = new Map<string, Cut>();

  async open(): Promise<void> {
    await Promise.all(routers.map((router) => runIn(router, 'lab', 'nft', ['-f', '-'], { input: table })));
  }

  /** The cuts in force. */
  get cuts(): Cut[] {
    return [...this.active.values()];
  }

  async cut(cuts: Cut[]): Promise<void> {
    const fresh = cuts.filter((cut) => !this.active.has(key(cut)));
    for (const router of routers) {
      const elements = fresh.filter((cut) => routerOf(cut) === router).map(element);
      if (elements.length > 0) await this.apply(router, `add element inet lab cuts { ${elements.join(', ')} }\n`);
    }
    for (const cut of fresh) this.active.set(key(cut), cut);
  }

  /** Removes every cut and returns what was removed. */
  async heal(): Promise<Cut[]> {
    const healed = this.cuts;
    for (const router of routers) await this.apply(router, 'flush set inet lab cuts\n');
    this.active.clear();
    return healed;
  }

  private async apply(router: PlaceName, input: string): Promise<void> {
    await runIn(router, 'lab', 'nft', ['-f', '-'], { input });
  }
}

/**
 * The cuts of one link.
 * @throws Error when there is no such link
 */
export function cutsBetween(from: PlaceName, to: PlaceName, oneWay: boolean): Cut[] {
  if (from === to) throw new Error(`a link needs two different places, but both are "${from}"`);
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    if (one === 'pay' && !isRegion(other)) throw new Error(`pay has links to A and B only, none to ${other}`);
  }
  return oneWay
    ? [{ from, to }]
    : [
        { from, to },
        { from: to, to: from },
      ];
}

/** The links a region loses when it is isolated: to `world`, the vantages and the other region, not to its payment services. */
export function isolationOf(region: RegionName, withPayments: boolean): Cut[] {
  const others: PlaceName[] = ['world', ...routedPlaces.filter((place) => place !== region)];
  if (withPayments) others.push('pay');
  return others.flatMap((place) => cutsBetween(region, place, false));
}

function key({ from, to }: Cut): string {
  return `${from}>${to}`;
}

function element({ from, to }: Cut): string {
  return `${places[from].prefix} . ${places[to].prefix}`;
}

function routerOf({ from, to }: Cut): PlaceName {
  return from === 'pay' || to === 'pay' ? 'pay' : 'world';
}
