/** The parts of a region. Each has a kind, whose options are defined with its adapter. */
import { z } from 'zod';
import { address, host, name, port } from '../fields/fields';
import { secret } from '../fields/secret-refs';
import { services } from '../providers/database/services';
import { optionSchemas } from '../providers/kit/kind';
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
      /** The region's own address, used for probes; never the shop's public name. */
      address: address('198.51.100.10'),
      database: z.discriminatedUnion('kind', optionSchemas(kinds.database)),
      /** Absent in both regions where the shop keeps its sessions in its database. */
      sessions: z.discriminatedUnion('kind', optionSchemas(kinds.sessions)).exactOptional(),
      host: sshHost,
      settings: z.discriminatedUnion('kind', optionSchemas(kinds.settings)),
      media: z.discriminatedUnion('kind', optionSchemas(kinds.media)),
      services: services.exactOptional(),
      tableRegion: name('us-east-1').exactOptional(),
    })
    .refine((region) => region.services !== undefined || isKeptElsewhere(kinds, region), {
      path: ['services'],
      error: 'is missing; it must be a mapping of fields',
      // Runs even if the region has other problems, so that all are reported at once.
      when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
    });

/** Whether the region's database does not run on its host. The region may lack its database. */
function isKeptElsewhere(kinds: RegionKinds, region: object): boolean {
  const { database } = region as { database?: { kind?: unknown } | null };
  return kinds.database.some(({ kind, onHost }) => !onHost && kind === database?.kind);
}
