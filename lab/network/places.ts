/** The two regions with a shop. */
export const regionNames = ['A', 'B'] as const;
export type RegionName = (typeof regionNames)[number];

/** Every network namespace of the lab. */
export const placeNames = ['world', 'A', 'B', 'pay', 'north', 'east', 'west'] as const;
export type PlaceName = (typeof placeNames)[number];

export interface Place {
  /** The address that others connect to. */
  address: string;
  /** All addresses of this place; a cut matches these. */
  prefix: string;
  /** Name server of the processes there; in a region its own resolver. */
  nameserver: string;
}

/**
 * Documentation and benchmark ranges (RFC 5737, RFC 2544): they look like public addresses and are assigned to nobody, so
 * a packet that leaves the lab reaches no host.
 */
export const places: Record<PlaceName, Place> = {
  world: { address: '198.18.0.1', prefix: '198.18.0.0/24', nameserver: '198.18.0.54' },
  A: { address: '198.51.100.10', prefix: '198.51.100.0/24', nameserver: '198.51.100.10' },
  B: { address: '203.0.113.10', prefix: '203.0.113.0/24', nameserver: '203.0.113.10' },
  pay: { address: '192.0.2.10', prefix: '192.0.2.0/24', nameserver: '127.0.0.1' },
  north: { address: '198.18.31.2', prefix: '198.18.31.0/24', nameserver: '198.18.0.54' },
  east: { address: '198.18.32.2', prefix: '198.18.32.0/24', nameserver: '198.18.0.54' },
  west: { address: '198.18.33.2', prefix: '198.18.33.0/24', nameserver: '198.18.0.54' },
};

/** Service addresses in `world`. */
export const world = {
  temporal: '198.18.0.10',
  authoritative: '198.18.0.53',
  resolver: '198.18.0.54',
  controlTargets: ['198.18.0.101', '198.18.0.102'],
} as const;

/** Places that reach the rest through the router in `world`; `pay` has links to the regions instead. */
export const routedPlaces = ['A', 'B', 'north', 'east', 'west'] as const;

export const shopName = 'www.shop.test';

export function peerOf(region: RegionName): RegionName {
  return region === 'A' ? 'B' : 'A';
}

export function gatewayOf(place: PlaceName): string {
  return places[place].address.replace(/\.\d+$/, '.1');
}

export function isRegion(place: string): place is RegionName {
  return place === 'A' || place === 'B';
}
