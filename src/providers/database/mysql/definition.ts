/** MySQL as a kind of database: all ports made of what the site file says of it. */
import { defineDatabase } from '../kind';
import { mysql } from './mysql';
import { siteOptions } from './options';
import { mysqlPositions } from './positions';

export const mysqlDatabase = defineDatabase({
  title: 'MySQL',
  options: siteOptions,
  onHost: true,
  positions: mysqlPositions,
  connect: async (options, { secret, region, site, schema, idTables }) => {
    const [password, replicationPassword] = [await secret(options.password), await secret(options.replicationPassword)];
    const secrets = { password, replicationPassword, ca: await secret(options.ca) };
    return mysql({ ...options, ...secrets, region, site, database: schema, idTables });
  },
});
