/** What a zone at Cloudflare holds. */
import type { FakeZone } from '../kit/zone';

export interface CfRecord {
  id: string;
  /** Full, without the dot at its end. */
  name: string;
  type: string;
  /** A target is without the dot at its end. */
  content: string;
  proxiable: boolean;
  proxied: boolean;
  /** 1 is automatic. */
  ttl: number;
  settings: { flatten_cname?: boolean | undefined };
  meta: object;
  comment: string | null;
  tags: string[];
  created_on: string;
  modified_on: string;
}

export interface CfPool {
  id: string;
  name: string;
  enabled: boolean;
  /** By its monitor. */
  healthy: boolean;
  /** One of the two places that ask sees the opposite. */
  disagree?: boolean;
  origins: { name: string; address: string; enabled: boolean }[];
  /** What asks its origins; nobody does when it is left out, and then the pool counts as healthy. */
  monitor?: { id: string; type: string; path: string; expected_codes?: string } | undefined;
  /** In its place: several monitors, which are not played. */
  monitor_group?: string;
}

export interface CfBalancer {
  id: string;
  /** Host name, without the dot at its end. */
  name: string;
  enabled: boolean;
  proxied: boolean;
  /** Of the answer, when it is not proxied. */
  ttl: number;
  default_pools: string[];
  fallback_pool: string;
  region_pools: Record<string, string[]>;
  country_pools: Record<string, string[]>;
  pop_pools: Record<string, string[]>;
  rules: object[];
  steering_policy: string;
  session_affinity: string;
}

/** All of it has one history, so that a change of a pool reaches the name servers as late as one of a record. */
export type Item = { record: CfRecord } | { pool: CfPool } | { balancer: CfBalancer };
export type State = FakeZone<Item>;

export const recordsOf = (items: readonly Item[]) => items.flatMap((one) => ('record' in one ? [one.record] : []));
export const poolsOf = (items: readonly Item[]) => items.flatMap((one) => ('pool' in one ? [one.pool] : []));
export const balancersOf = (items: readonly Item[]) =>
  items.flatMap((one) => ('balancer' in one ? [one.balancer] : []));

/** Replaces the records of a zone, all at once. */
export const withRecords = (items: readonly Item[], records: readonly CfRecord[]): Item[] => [
  ...items.filter((one) => !('record' in one)),
  ...records.map((record) => ({ record })),
];

/** A record with nothing in it yet. */
export function fresh(id: string): CfRecord {
  const now = new Date().toISOString();
  const nothing = { type: '', name: '', content: '', comment: null, settings: {}, meta: {}, tags: [] };
  return { id, ...nothing, ttl: 1, proxied: false, proxiable: true, created_on: now, modified_on: now };
}
