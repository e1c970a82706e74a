/** Who may write to a database that is read-only, and whether the runbook may do all that its steps do. */
import { forbiddenToShop, replicationRights, runbookRights } from '../grants';
import { factsOf, type Facts } from './facts';
import { inEachRegion, named, type Rule } from './rule';

const pastReadOnly = forbiddenToShop;
const { server, schema: onSchema, records, system } = runbookRights;

const writesPastReadOnly = ({ accounts }: Facts<'rights'>, account: string): string[] =>
  pastReadOnly.filter((right) => accounts[account]?.includes(right));

export const rightRules: readonly Rule[] = [
  inEachRegion(
    'rights',
    {
      name: "rights of the shop's user",
      wanted: `without ${pastReadOnly.join(' and ')}`,
      why: 'the shop would go on writing to a region that is fenced, and its orders would be missing in the other one',
      set: "On the primary type: REVOKE READ_ONLY ADMIN, SUPER ON *.* FROM shop@localhost; or, after GRANT ALL ON *.*: REVOKE ALL PRIVILEGES ON *.* FROM shop@localhost; GRANT ALL ON shop.* TO shop@localhost; then restart the shop's php-fpm.",
      fine: "The shop's user cannot write to a read-only database.",
      guardsOrders: true,
    },
    (rights, region) => {
      if (rights.users.shop.length === 0)
        return { unknown: `${region} has no account of regions.${region}.database.shopUser.` };
      const found = rights.users.shop.map((account) => [account, writesPastReadOnly(rights, account)] as const);
      const holders = found.filter(([, held]) => held.length > 0);
      const list = holders.map(([account, held]) => `${account} has ${held.join(' and ')}`);
      return list.length === 0 ? undefined : `on ${region} ${list.join(' and ')}`;
    },
  ),
  inEachRegion(
    'rights',
    {
      name: 'definers',
      wanted: `accounts without ${pastReadOnly.join(' and ')}`,
      why: 'such an event, trigger or routine goes on writing to a region that is fenced',
      set: 'On the primary type: ALTER DEFINER = shop@localhost EVENT wp_example ENABLE; or create the trigger or routine again with that definer.',
      fine: 'No event, trigger or routine of the shop can write to a read-only database.',
    },
    (rights, region, preflight) => {
      const schema = factsOf(preflight, region, 'schema');
      if (schema === undefined) return { unknown: `The stored programs of ${region} could not be read.` };
      const found = schema.programs.filter(({ definer }) => writesPastReadOnly(rights, definer).length > 0);
      const list = found.map(({ kind, name, definer }) => `${kind} ${name} of ${definer}`);
      return list.length === 0 ? undefined : `${region} has ${named(list)} with ${pastReadOnly.join(' or ')}`;
    },
  ),
  inEachRegion(
    'rights',
    {
      name: "rights of the runbook's user",
      wanted: `at least ${server.join(', ')} on *.*, ${onSchema.join(', ')} on the shop's schema, and ${records.join(', ')} on that of the records`,
      why: 'a transfer or a rejoin would be refused half-way',
      set: `On the primary type: GRANT ${server.join(', ')} ON *.* TO runbook@'%'; GRANT ${onSchema.join(', ')} ON shop.* TO runbook@'%'; GRANT ${records.join(', ')} ON handover_shop.* TO runbook@'%'; GRANT ${system.join(', ')} ON mysql.* TO runbook@'%'; or what "npx handover grants shop" prints, with the names of the site.`,
      fine: "The runbook's user has all rights that its steps need.",
    },
    ({ accounts, users, onSchema: heldThere, onRecords }, region) => {
      const [account = ''] = users.runbook;
      const held = accounts[account];
      if (held === undefined) return { unknown: `${region} has no account ${account || 'of the runbook'}.` };
      const there = onSchema.filter((right) => !heldThere.includes(right)).map((right) => `${right} on the schema`);
      const kept = records.filter((right) => !onRecords.includes(right)).map((right) => `${right} on the records`);
      const missing = [...server.filter((right) => !held.includes(right)), ...there, ...kept];
      return missing.length === 0 ? undefined : `on ${region} ${account} lacks ${named(missing)}`;
    },
  ),
  inEachRegion(
    'rights',
    {
      name: 'readers of the records',
      wanted: "not the shop's user",
      why: "the records of a rejoin hold customers' data of both regions, and whoever breaks into the shop would read them",
      set: 'On the primary type: REVOKE ALL PRIVILEGES ON *.* FROM shop@localhost; GRANT ALL ON shop.* TO shop@localhost; and the same with the pattern of a grant that fits handover_shop too, and FROM PUBLIC where everybody has the right.',
      fine: "The shop's user cannot read what a rejoin left to people.",
      advisory: 'nothing is lost by it',
    },
    ({ users, readers }, region) => {
      const found = users.shop.filter((account) => readers.includes(account));
      return found.length === 0 ? undefined : `on ${region} ${named(found)} may read the schema of the records`;
    },
  ),
  inEachRegion(
    'rights',
    {
      name: 'rights of the replication user',
      wanted: `at least ${replicationRights.join(', ')}`,
      why: 'the other region follows this one with that user after a transfer',
      set: `On the primary type: GRANT ${replicationRights.join(', ')} ON *.* TO repl@'%';`,
      fine: 'The replication user may follow both regions.',
    },
    ({ accounts, users }, region) => {
      const able = users.replication.some((account) =>
        replicationRights.every((right) => accounts[account]?.includes(right)),
      );
      if (able) return undefined;
      return users.replication.length === 0
        ? `${region} has no account of regions.${region}.database.replicationUser`
        : `on ${region} ${named(users.replication)} lacks ${replicationRights.join(', ')}`;
    },
  ),
];
