/** Replication: that a standby gets everything, in one comparable order, and that no id is given out twice. */
import { factsOf, type Facts, type Preflight } from './facts';
import { acrossRegions, equalVariables, inEachRegion, named, valuesOf, variable, type Rule } from './rule';

/** A filter by name with its value, such as `replicate_do_db=shop`; empty ones filter nothing. */
function filtersOf({ variables, filters }: Facts<'settings'>): string[] {
  const own = Object.entries(variables).filter(
    ([name]) => /^(replicate|binlog)_/.test(name) && /_(db|table|domain_ids|server_ids)$/.test(name),
  );
  const found = [...own, ...Object.entries(filters)].filter(([, value]) => value !== '');
  const marked = variables['replicate_events_marked_for_skip'] ?? 'REPLICATE';
  if (marked !== 'REPLICATE') found.push(['replicate_events_marked_for_skip', marked]);
  return [...new Map(found.map(([name, value]) => [name.toLowerCase(), value]))].map((each) => each.join('='));
}

/** Whether ids of all tables differ by the servers' own settings: the same step, and another remainder in each region. */
function idsAreApart(settings: readonly Facts<'settings'>[]): boolean {
  const steps = settings.map(({ variables }) => Number(variables['auto_increment_increment']));
  const offsets = settings.map(({ variables }) => Number(variables['auto_increment_offset']));
  const [step = 1] = steps;
  // MariaDB ignores an offset that is larger than the increment.
  const counts = offsets.every((offset) => offset <= step);
  return steps.every((each) => each === step) && counts && new Set(offsets).size === settings.length;
}

/** Tables that give ids themselves and are not raised at a promotion; undefined when no region's tables are known. */
function notRaised(preflight: Preflight): string[] | undefined {
  const known = Object.keys(preflight.regions).flatMap((region) => factsOf(preflight, region, 'schema') ?? []);
  if (known.length === 0) return undefined;
  const giving = known.flatMap(({ tables }) => tables.filter(({ autoIncrement }) => autoIncrement));
  return [...new Set(giving.map(({ name }) => name))].filter((name) => !preflight.idTables.includes(name));
}

export const replicationRules: readonly Rule[] = [
  equalVariables(['gtid_domain_id'], {
    name: 'gtid_domain_id',
    wanted: 'equal in both regions',
    why: 'positions of the two servers are comparable only in one domain',
    set: 'On the standby type: SET GLOBAL gtid_domain_id = 0; and keep gtid_domain_id = 0 under [mariadbd] in both option files.',
  }),
  acrossRegions(
    'settings',
    {
      name: 'server_id',
      wanted: 'another number in each region',
      why: 'a server ignores transactions with its own server_id, so the standby would skip orders',
      set: 'On the standby type: SET GLOBAL server_id = 2; and keep server_id = 2 under [mariadbd] in its option file.',
      fine: 'Each region has a server_id of its own.',
    },
    (told, preflight) => {
      const ids = told.map(([, { variables }]) => variables['server_id']);
      return new Set(ids).size < ids.length ? valuesOf('server_id', preflight) : undefined;
    },
  ),
  variable({
    name: 'gtid_strict_mode',
    wanted: 'ON',
    why: 'otherwise a server whose history diverged is attached without an error',
    line: 'gtid_strict_mode = ON',
    accepts: (value) => /^(ON|1)$/i.test(value),
  }),
  acrossRegions(
    'settings',
    {
      name: 'ids of the two regions',
      wanted:
        'apart: the same auto_increment_increment of 2 or more with different offsets, or every table with AUTO_INCREMENT in shop.idTables of the site file',
      why: 'otherwise both regions give the same id to different orders during an outage',
      set: 'On A type: SET GLOBAL auto_increment_increment = 2, auto_increment_offset = 1; on B: SET GLOBAL auto_increment_increment = 2, auto_increment_offset = 2; and keep the same under [mariadbd] in their option files.',
      fine: 'No id can be given out in both regions.',
      guardsOrders: true,
    },
    (told, preflight) => {
      if (idsAreApart(told.map(([, settings]) => settings))) return undefined;
      const open = notRaised(preflight);
      if (open?.length === 0) return undefined;
      const set = ['auto_increment_increment', 'auto_increment_offset'].map((name) => valuesOf(name, preflight));
      if (open === undefined) return { unknown: `${set.join(' and ')}, and the tables could not be read.` };
      return `${set.join(' and ')} and shop.idTables lacks ${named(open)}`;
    },
  ),
  inEachRegion(
    'settings',
    {
      name: 'replication filters',
      wanted: 'empty (replicate_*, binlog_do_db, binlog_ignore_db)',
      why: 'what a filter leaves out never reaches the standby',
      set: "On the standby type: STOP REPLICA; SET GLOBAL replicate_do_db = ''; START REPLICA; with the name of the filter, and remove the line from its option file. binlog_do_db and binlog_ignore_db end only with a restart.",
      fine: 'No region filters what it replicates.',
    },
    (settings, region) => {
      const found = filtersOf(settings);
      return found.length === 0 ? undefined : `${region} has ${named(found)}`;
    },
  ),
  variable({
    name: 'slave_skip_errors',
    wanted: 'OFF',
    why: 'a transaction that fails on the standby would be skipped without a word',
    line: 'slave_skip_errors = OFF',
    atStart: true,
    accepts: (value) => value === 'OFF' || value === '',
  }),
  variable({
    name: 'slave_exec_mode',
    wanted: 'STRICT',
    why: 'otherwise the standby overwrites and ignores rows that differ without a word',
    line: 'slave_exec_mode = STRICT',
    accepts: (value) => value === 'STRICT',
  }),
  variable({
    name: 'slave_net_timeout',
    wanted: 'from 1 to 60 seconds',
    why: 'only after so long does the standby miss a primary that fell silent, and without a table no region counts as down before',
    line: 'slave_net_timeout = 30',
    atConnect: true,
    accepts: (value) => Number(value) >= 1 && Number(value) <= 60,
  }),
  inEachRegion(
    'settings',
    {
      name: 'replication delay',
      wanted: '0 s',
      why: 'a failover has to wait until the delayed orders are applied',
      set: 'On the standby type: STOP REPLICA SQL_THREAD; CHANGE MASTER TO MASTER_DELAY = 0; START REPLICA SQL_THREAD;',
      fine: 'No region delays what it replicates.',
    },
    ({ delaySeconds }, region) => (delaySeconds === 0 ? undefined : `MASTER_DELAY is ${delaySeconds} s on ${region}`),
  ),
  inEachRegion(
    'settings',
    {
      name: 'prepared XA transactions',
      wanted: 'none',
      why: 'the rows of one stay locked for the shop after a promotion, and one on a table of shop.idTables keeps the promotion from ending',
      set: "On the primary type one of the two; the standby gets it by replication. To see all of them: XA RECOVER FORMAT='SQL';",
      fine: 'No transaction is prepared and not ended.',
      guardsOrders: true,
    },
    ({ prepared }, region) => (prepared.length === 0 ? undefined : `${region} has ${named(prepared, 3)}`),
  ),
  inEachRegion(
    'settings',
    {
      name: 'replication channels',
      wanted: 'without a name: only the one by which the other region follows',
      why: 'another server that feeds the shop feeds one region alone: the region that takes over has no such channel, and a reseed forgets it',
      set: "After a transfer set the channel up on the new primary, or let that server write as a client of the shop's database; where it is no longer used type: STOP REPLICA 'erp'; RESET REPLICA 'erp' ALL; with its name.",
      fine: 'No other server feeds the databases.',
      advisory: 'a fence stops such a channel and a promotion of the same region starts it again',
    },
    ({ channels }, region) => (channels.length === 0 ? undefined : `${region} has ${named(channels, 3)}`),
  ),
];
