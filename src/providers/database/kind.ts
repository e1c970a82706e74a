/** What a database is: a file or folder whose last part is `defineDatabase({...})`, and one line in `index.ts`. */
import type { z } from 'zod';
import type { Database } from '../../ports/ports';
import type { EvidenceStore } from '../../ports/evidence';
import type { Inspection } from '../../ports/inspection';
import type { Pile } from '../../ports/pile';
import type { Positions } from '../../ports/positions';
import type { Binlogs, Comparing, Salvage, Seeding } from '../../ports/rejoin';
import type { PeerAccess } from '../host/peer';
import { parsedOptions, type Options } from '../kit/kind';
import {
  defineRegionKind,
  withParsedPeers,
  type RegionContext,
  type RegionDefinition,
  type RegionKind,
} from '../kit/region-kind';
import type { Services } from './services';

/** What a kind of database is told beside what every part of a region is. */
export interface DatabaseContext {
  /** Key of the site's row in `handover_epoch`. */
  site: string;
  /** The shop's schema, and those of its tables whose ids jump at a promotion. */
  schema: string;
  idTables: readonly string[];
  /** How databases that are `onHost` are managed there, by region. */
  services: Readonly<Record<string, Services>>;
  /** How the region's host reaches those of its peers; undefined where its media has no key for them. */
  peerAccess: PeerAccess | undefined;
}

/** One region's database with all that is known of it. */
export type Server<O> = RegionContext<O> & DatabaseContext & { options: O };

type Closing<P> = P & { close: () => unknown };

/** What brings a deposed region back; the promises are in `ports/rejoin.ts`. */
export interface Rejoin<O> {
  binlogs: (server: Server<O>) => Binlogs;
  salvage: (server: Server<O>) => Promise<Closing<Salvage>>;
  pile: (server: Server<O>) => Promise<Closing<Pile>>;
  seeding: (server: Server<O>) => Seeding;
  comparing: (primary: Server<O>, replica: Server<O>) => Promise<Closing<Comparing>>;
  evidence: (server: Server<O>) => EvidenceStore;
}

/** Connects to look at what a server is set to; the promises are in `ports/inspection.ts`. */
export type Inspecting<O> = (server: Server<O>) => Promise<Closing<Inspection>>;

interface Facts {
  /** It runs on the region's host, so that the site says by `services` how it is managed there. */
  onHost: boolean;
  /** Of all databases of this kind. */
  positions: Positions;
}

export interface DatabaseKind<S extends Options = Options> extends RegionKind<Database, S, DatabaseContext>, Facts {
  /** Undefined where a deposed region must be brought back by hand. */
  rejoin: Rejoin<unknown> | undefined;
  /** Undefined where nothing is known of what its servers must be set to. */
  inspection: Inspecting<unknown> | undefined;
}

export function defineDatabase<S extends Options>(
  definition: RegionDefinition<S, Database, DatabaseContext> &
    Facts & { rejoin?: Rejoin<z.output<S>>; inspection?: Inspecting<z.output<S>> },
): DatabaseKind<S> {
  const where = 'regions.NAME.database';
  const { options: schema, onHost, positions, rejoin, inspection } = definition;
  const parsed = (server: Server<unknown>): Server<z.output<S>> => ({
    ...withParsedPeers(where, schema, server),
    options: parsedOptions(where, schema, server.options),
  });
  return {
    ...defineRegionKind<S, Database, DatabaseContext>(where, definition),
    onHost,
    positions,
    inspection: inspection && (async (server) => inspection(parsed(server))),
    rejoin: rejoin && {
      binlogs: (server) => rejoin.binlogs(parsed(server)),
      salvage: async (server) => rejoin.salvage(parsed(server)),
      pile: async (server) => rejoin.pile(parsed(server)),
      seeding: (server) => rejoin.seeding(parsed(server)),
      comparing: async (primary, replica) => rejoin.comparing(parsed(primary), parsed(replica)),
      evidence: (server) => rejoin.evidence(parsed(server)),
    },
  };
}
