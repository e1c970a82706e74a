/** What a region consists of. Each part names its kind; the options of a kind stand beside its adapter. */
import { z } from 'zod';
import { address, host, name, port } from '../fields/fields';
import { secret } from '../fields/secret-refs';
import { services } from '../providers/database/services';
import { optionsOf } from '../providers/kit/kind';
import type { RegionKinds, regionKinds } from '../providers/region-kinds';

const sshHost = z.strictObject({
  address: host('198.51.100.10'),
  port: port('22'),
  user: name('root'),
  key: secret('file:ssh-key'),
  knownHosts: secret('file:ssh-known-hosts'),
});

export const regionSchemaOf = (kinds: typeof regionKinds) =>
  z
    .strictObject({
      /** Where the region is probed: its own address, never the shop's public name. */
      address: address('198.51.100.10'),
      database: z.discriminatedUnion('kind', optionsOf(kinds.database)),
      sessions: z.discriminatedUnion('kind', optionsOf(kinds.sessions)),
      host: sshHost,
      settings: z.discriminatedUnion('kind', optionsOf(kinds.settings)),
      media: z.discriminatedUnion('kind', optionsOf(kinds.media)),
      services: services.exactOptional(),
      tableRegion: name('us-east-1'),
    })
    .refine((region) => region.services !== undefined || isKeptElsewhere(kinds, region), {
      path: ['services'],
      error: 'is missing; it must be a block of fields',
      // Also beside other problems of the region, so that all are told at once.
      when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
    });

/** Of a region that may lack its database. */
function isKeptElsewhere(kinds: RegionKinds, region: object): boolean {
  const { database } = region as { database?: { kind?: unknown } | null };
  return kinds.database.some(({ kind, onHost }) => !onHost && kind === database?.kind);
}
