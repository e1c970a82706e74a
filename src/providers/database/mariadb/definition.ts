/** MariaDB as a kind of database: all ports made of what the site file says of it. */
import type { z } from 'zod';
import { PortError } from '../../../ports/errors';
import { defineDatabase, type Server } from '../kind';
import { binlogArchive } from './binlog/archive';
import { mariadbComparing } from './comparing';
import { mariadbEvidence } from './evidence';
import { mariadbInspection } from './inspection';
import { mariadb } from './mariadb';
import { siteOptions } from './options';
import { mariadbPile } from './pile';
import { mariadbPositions } from './positions';
import { mariadbSalvage } from './salvage';
import { mariabackup } from './seeding';

export const mariadbDatabase = defineDatabase({
  title: 'MariaDB',
  options: siteOptions,
  onHost: true,
  positions: mariadbPositions,
  connect: async ({ fenceFile: path, ...options }, { secret, region, host, site, schema, idTables }) => {
    const password = await secret(options.password);
    const replicationPassword = await secret(options.replicationPassword);
    const secrets = { password, replicationPassword, ca: await secret(options.ca) };
    const fenceFile = path === undefined ? {} : { fenceFile: { host, path } };
    return mariadb({ ...options, ...secrets, ...fenceFile, region, site, database: schema, idTables });
  },
  inspection: async (server) => {
    const { shopUser, replicationUser, fenceFile } = server.options;
    const { host, services } = server;
    const login = await loginOf(server);
    return mariadbInspection({
      ...login,
      shopUser,
      replicationUser,
      onHost: { host, services: () => ({ ...servicesOf(login.region, services), fenceFile }) },
    });
  },
  rejoin: {
    binlogs: (server) => binlogArchive({ ...hostWork(server), schema: server.schema }),
    salvage: async (server) => mariadbSalvage({ ...(await loginOf(server)), site: server.site }),
    pile: async (server) => mariadbPile({ ...(await loginOf(server)), site: server.site }),
    seeding: (server) => {
      const work = hostWork(server);
      const { host, port } = server.options;
      return mariabackup({ ...work, service: work.database, listens: { host, port } });
    },
    comparing: async (primary, replica) => mariadbComparing(await loginOf(primary), await loginOf(replica)),
    evidence: (server) => {
      const { region, host, services, site, peers } = server;
      return mariadbEvidence({
        ...servicesOf(region, services),
        region,
        host,
        site,
        regions: [region, ...Object.keys(peers)],
      });
    },
  },
});

type MariaDb = Server<z.output<typeof siteOptions>>;

async function loginOf({ region, schema, secret, options }: MariaDb) {
  const { host, port, user } = options;
  const [password, ca] = [await secret(options.password), await secret(options.ca)];
  return { region, host, port, user, password, ca, database: schema };
}

/** What works on files of the region's host, and on copies from its peers'. */
function hostWork({ region, host, services, peerAccess, peers }: MariaDb) {
  if (peerAccess === undefined)
    throw new PortError(
      'refused',
      `regions.${region}.media has no key for the other region's host, so MariaDB's logs and data can't be copied; add one, for example media.peerKey of rsync.`,
    );
  const others = Object.entries(peers).map(
    ([name, peer]) => [name, { ...peer.host, ...servicesOf(name, services) }] as const,
  );
  return { ...servicesOf(region, services), ...peerAccess, region, host, peers: Object.fromEntries(others) };
}

function servicesOf(region: string, { [region]: services }: MariaDb['services']) {
  if (services !== undefined) return services;
  const because = `The site file has no regions.${region}.services, which says where the MariaDB of ${region} keeps its data.`;
  throw new PortError('refused', because);
}
