/** What a session store is: one file that ends in `defineSessions({...})`, and one line in `index.ts`. */
import type { Options } from '../kit/kind';
import { defineRegionKind, type RegionDefinition, type RegionKind } from '../kit/region-kind';
import type { Sessions } from '../../ports/ports';

export type SessionsKind<S extends Options = Options> = RegionKind<Sessions, S>;

export function defineSessions<S extends Options>(definition: RegionDefinition<S, Sessions>): SessionsKind<S> {
  return defineRegionKind('regions.NAME.sessions', definition);
}
