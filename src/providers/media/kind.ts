/** What keeps a shop's uploads: one file that ends in `defineMedia({...})`, and one line in `index.ts`. */
import type { z } from 'zod';
import type { Media } from '../../ports/ports';
import type { PeerAccess } from '../host/peer';
import { parsedOptions, type Options } from '../kit/kind';
import { defineRegionKind, type RegionDefinition, type RegionKind } from '../kit/region-kind';

type MediaStore = Media & { close: () => unknown };

interface Access<O> {
  /** How the region's host reaches the hosts of the others, as a rejoin of a database on the host does too. Left out where it has no key for them. */
  peerAccess: (options: O) => PeerAccess | undefined;
}

export interface MediaKind<S extends Options = Options> extends RegionKind<MediaStore, S>, Access<unknown> {}

export function defineMedia<S extends Options>(
  definition: RegionDefinition<S, MediaStore> & Partial<Access<z.output<S>>>,
): MediaKind<S> {
  const where = 'regions.NAME.media';
  const { options: schema, peerAccess = () => undefined } = definition;
  return {
    ...defineRegionKind<S, MediaStore>(where, definition),
    peerAccess: (options) => peerAccess(parsedOptions(where, schema, options)),
  };
}
