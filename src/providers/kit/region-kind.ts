/** What stands behind a `kind` in a region: of its database, its sessions, its settings or its media. */
import type { z } from 'zod';
import type { Host } from '../../ports/ports';
import { defineKind, parsedOptions, type Context, type Definition, type Kind, type Options } from './kind';

/** Another region whose part is of the same kind. */
export interface PeerRegion<O> {
  /** Where it is probed; steps and replicas know its servers by this address. */
  address: string;
  /** Its host, as other hosts reach it. */
  host: { address: string; port: number; user: string };
  options: O;
}

/** What a kind is told of the region beside its own options. */
export interface RegionContext<O> extends Context {
  /** Name of the region, for the sentences. */
  region: string;
  /** The region's own host; nothing is sent to it before it is asked. */
  host: Host;
  peers: Readonly<Record<string, PeerRegion<O>>>;
}

/** A field whose value does not fit those of other fields. */
interface Misfit {
  field: string;
  because: string;
}

/** `More` is what one part's kinds are told and the other parts' are not. */
export interface RegionDefinition<S extends Options, Made, More extends object = object> extends Definition<
  S,
  Made,
  RegionContext<z.output<S>> & More
> {
  /** As people call it: `MariaDB`. Its contract suite bears the same name. */
  title: string;
  /** What spans several of its fields; asked with those that are right by themselves. */
  misfits?: (options: Partial<z.output<S>>) => Misfit[];
}

export interface RegionKind<Made, S extends Options = Options, More extends object = object> extends Kind<
  Made,
  S,
  RegionContext<unknown> & More
> {
  title: string;
  misfits: (options: Readonly<Record<string, unknown>>) => Misfit[];
}

export function defineRegionKind<S extends Options, Made, More extends object = object>(
  where: string,
  definition: RegionDefinition<S, Made, More>,
): RegionKind<Made, S, More> {
  const { title, options: schema, misfits = () => [] } = definition;
  const kind = defineKind(where, {
    options: schema,
    connect: (options: z.output<S>, context: RegionContext<unknown> & More) =>
      definition.connect(options, withParsedPeers(where, schema, context)),
  });
  return { ...kind, title, misfits: (options) => misfits(options as Partial<z.output<S>>) };
}

/** @throws PortError refused that names every field of a peer that is wrong. */
export function withParsedPeers<S extends Options, C extends RegionContext<unknown>>(
  where: string,
  schema: S,
  context: C,
): C & RegionContext<z.output<S>> {
  const peers = Object.entries(context.peers).map(
    ([name, peer]) => [name, { ...peer, options: parsedOptions(where, schema, peer.options) }] as const,
  );
  return { ...context, peers: Object.fromEntries(peers) };
}
