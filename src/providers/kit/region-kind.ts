/** A `kind` of a part of a region: its database, sessions, settings or media. */
import type { z } from 'zod';
import type { Host } from '../../ports/ports';
import { defineKind, parsedOptions, type Context, type Definition, type Kind, type Options } from './kind';

/** Another region whose part has the same kind. */
export interface PeerRegion<O> {
  /** Its own address, used by probes, steps and replicas. */
  address: string;
  /** Its host, as reachable from other hosts. */
  host: { address: string; port: number; user: string };
  options: O;
}

/** The region of a kind, in addition to its own options. */
export interface RegionContext<O> extends Context {
  /** Name of the region, for messages. */
  region: string;
  /** The region's own host; it connects on first use. */
  host: Host;
  /** Whether the shop has a table, so that its settings name the one that it uses. */
  hasTable: boolean;
  peers: Readonly<Record<string, PeerRegion<O>>>;
}

/** A field whose value conflicts with other fields. */
interface FieldConflict {
  field: string;
  because: string;
}

/** `More` is additional context for the kinds of one part. */
export interface RegionDefinition<S extends Options, Made, More extends object = object> extends Definition<
  S,
  Made,
  RegionContext<z.output<S>> & More
> {
  /** Product name: `MariaDB`. Its contract suite has the same name. */
  title: string;
  /** Rules that span several fields; called with the valid fields only. */
  conflicts?: (options: Partial<z.output<S>>) => FieldConflict[];
}

export interface RegionKind<Made, S extends Options = Options, More extends object = object> extends Kind<
  Made,
  S,
  RegionContext<unknown> & More
> {
  title: string;
  conflicts: (options: Readonly<Record<string, unknown>>) => FieldConflict[];
}

export function defineRegionKind<S extends Options, Made, More extends object = object>(
  field: string,
  definition: RegionDefinition<S, Made, More>,
): RegionKind<Made, S, More> {
  const { title, options: schema, conflicts = () => [] } = definition;
  const kind = defineKind(field, {
    options: schema,
    connect: (options: z.output<S>, context: RegionContext<unknown> & More) =>
      definition.connect(options, withParsedPeers(field, schema, context)),
  });
  return { ...kind, title, conflicts: (options) => conflicts(options as Partial<z.output<S>>) };
}

/** @throws PortError refused that lists every invalid field of a peer. */
export function withParsedPeers<S extends Options, C extends RegionContext<unknown>>(
  field: string,
  schema: S,
  context: C,
): C & RegionContext<z.output<S>> {
  const peers = Object.entries(context.peers).map(
    ([name, peer]) => [name, { ...peer, options: parsedOptions(field, schema, peer.options) }] as const,
  );
  return { ...context, peers: Object.fromEntries(peers) };
}
