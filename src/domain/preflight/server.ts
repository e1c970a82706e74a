/** What makes the two servers answer alike, and what expires. */
import { factsOf } from './facts';
import { acrossRegions, equalVariables, inEachRegion, named, settingAtStart, type Rule } from './rule';

const clockLimitMs = 1_000;
const certificateDays = 14;
const dayMs = 86_400_000;
/** Modes of SQL in which the runbook's own statements mean something else. */
const strangeModes = ['ORACLE', 'NO_BACKSLASH_ESCAPES'];

/** `10.11.19-MariaDB-log` as numbers; undefined for another spelling. */
function numbersOf(version: string): [number, number, number] | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return patch === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/** What is wrong with a certificate that ends at `endsAt`, if anything. */
export const certificateFlaw = (whose: string, endsAt: number, now: number): string | undefined => {
  const days = Math.floor((endsAt - now) / dayMs);
  return days >= certificateDays ? undefined : `the certificate of ${whose} is valid for ${days} more days`;
};

export const certificateTexts = {
  wanted: `valid for ${certificateDays} more days`,
  why: 'an expired certificate stops replication, the runbook and the customers',
};

/** Settings that name where files of the data are; the server reads a relative one from its data directory. */
const placesOfData = [
  'innodb_data_home_dir',
  'innodb_log_group_home_dir',
  'innodb_undo_directory',
  'aria_log_dir_path',
];

/** Whether the path leads out of the data directory; a path is not resolved here, so any `..` counts. */
function isElsewhere(path: string, dataDirectory: string): boolean {
  const plain = (each: string) => `${each.replace(/\/+$/, '')}/`;
  if (/(^|\/)\.\.(\/|$)/.test(path)) return true;
  return path.startsWith('/') && !plain(path).startsWith(plain(dataDirectory));
}

export const serverRules: readonly Rule[] = [
  inEachRegion(
    'settings',
    {
      name: 'places of the data',
      wanted: `in datadir (${placesOfData.join(', ')}, innodb_data_file_path)`,
      why: 'a rejoin replaces the data directory by a copy, and is refused where a part of the data is elsewhere',
      set: 'While it is the standby, stop the server there, move those files into datadir, remove the setting from its option file, and start it.',
      fine: 'All files of both databases are in their data directories.',
    },
    ({ variables }, region) => {
      const dataDirectory = variables['datadir'];
      if (dataDirectory === undefined) return { unknown: `${region}'s server has no variable datadir.` };
      const files = (variables['innodb_data_file_path'] ?? '').split(';').map((file) => file.replace(/:.*/, ''));
      const paths = [
        ...placesOfData.map((name) => [name, variables[name] ?? ''] as const),
        ...files.map((file) => ['innodb_data_file_path', file] as const),
      ];
      const flaws = paths.filter(([, path]) => isElsewhere(path, dataDirectory));
      return flaws.length === 0
        ? undefined
        : flaws.map(([name, path]) => `${name} is ${path} on ${region}, where datadir is ${dataDirectory}`).join(', ');
    },
  ),
  acrossRegions(
    'settings',
    {
      name: 'version',
      wanted: 'equal in its first two numbers, and not older on the standby',
      why: 'an older server may not be able to read the log of a newer one',
      set: 'Upgrade the standby first, then move the shop to it and upgrade the other region.',
      fine: 'Both regions have the same version, or the standby has the newer patch.',
    },
    (told, { primary }) => {
      const versions = told.map(([region, { variables }]) => [region, variables['version'] ?? ''] as const);
      const strange = versions.find(([, version]) => numbersOf(version) === undefined);
      if (strange) return { unknown: `${strange[0]}'s server says its version is "${strange[1]}".` };
      const said = versions.map(([region, version]) => `${version} on ${region}`).join(' and ');
      const series = new Set(versions.map(([, version]) => numbersOf(version)?.slice(0, 2).join('.')));
      if (series.size > 1) return `the version is ${said}`;
      const patchOf = (own: boolean) =>
        versions.filter(([region]) => (region === primary) === own).map(([, version]) => numbersOf(version)?.[2] ?? 0);
      const older = Math.min(...patchOf(false)) < Math.max(...patchOf(true), 0);
      return older ? `the version is ${said}, and the standby has the older one` : undefined;
    },
  ),
  inEachRegion(
    'settings',
    {
      name: 'sql_mode',
      wanted: `with STRICT_TRANS_TABLES or STRICT_ALL_TABLES, without ${strangeModes.join(' and ')}`,
      why: 'without strict mode a value that does not fit is cut without an error, and the other two change what statements mean',
      set: "There type: SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'; and keep it under [mariadbd] in its option file.",
      fine: 'Both regions have strict mode.',
    },
    ({ variables }, region) => {
      const value = variables['sql_mode'];
      if (value === undefined) return { unknown: `${region}'s server has no variable sql_mode.` };
      const modes = value.split(',');
      const strict = modes.some((mode) => /^STRICT_(TRANS|ALL)_TABLES$/.test(mode));
      const strange = modes.some((mode) => strangeModes.includes(mode));
      return strict && !strange ? undefined : `sql_mode is ${value || 'empty'} on ${region}`;
    },
  ),
  equalVariables(['max_allowed_packet'], {
    name: 'max_allowed_packet',
    wanted: 'equal in both regions',
    why: 'a statement that one region accepts would fail in the other',
    set: 'On the smaller one type: SET GLOBAL max_allowed_packet = 67108864; with the larger value, and keep it under [mariadbd] in its option file.',
  }),
  equalVariables(['lower_case_table_names'], {
    name: 'lower_case_table_names',
    wanted: 'equal in both regions',
    why: 'the standby looks for a table under the spelling of its own setting',
    set: settingAtStart('lower_case_table_names = 0'),
  }),
  equalVariables(['character_set_server', 'collation_server'], {
    name: 'character set of the server',
    wanted: 'equal in both regions',
    why: 'a new database gets the character set of the server on which it was created',
    set: 'On the standby type: SET GLOBAL character_set_server = utf8mb4, collation_server = utf8mb4_unicode_ci; with the values of the primary, and keep them under [mariadbd] in its option file.',
    advisory: 'existing tables keep their own character set',
  }),
  equalVariables(['time_zone', 'system_time_zone'], {
    name: 'time_zone',
    wanted: 'equal in both regions',
    why: 'NOW() in the shop and in events gives local time',
    set: "In both regions type: SET GLOBAL time_zone = '+00:00'; and keep default_time_zone = '+00:00' under [mariadbd] in both option files.",
    advisory: 'replicated rows have the same time in both regions',
  }),
  inEachRegion(
    'settings',
    {
      name: 'event_scheduler',
      wanted: 'ON on the primary when the shop has events, and DISABLED in no region',
      why: 'otherwise the events of the shop do not run',
      set: 'On the primary type: SET GLOBAL event_scheduler = ON; and keep event_scheduler = ON under [mariadbd] in its option file.',
      fine: 'The shop has no events, or they run on the primary.',
      advisory: 'orders do not depend on events of the database',
    },
    ({ variables }, region, preflight) => {
      const schema = factsOf(preflight, region, 'schema');
      if (schema === undefined) return { unknown: `The events of ${region} could not be read.` };
      const events = schema.programs.filter(({ kind }) => kind === 'event').map(({ name }) => name);
      const value = variables['event_scheduler'] ?? '';
      const runs = region === preflight.primary ? value === 'ON' : value !== 'DISABLED';
      return events.length === 0 || runs ? undefined : `event_scheduler is ${value} on ${region} with ${named(events)}`;
    },
  ),
  inEachRegion(
    'settings',
    {
      name: 'clock of the database',
      wanted: `within ${clockLimitMs / 1_000} s of the runbook's`,
      why: 'the age of a heartbeat, and with it the loss in a report, is the difference of two clocks',
      set: 'On that host type: timedatectl set-ntp true; then check it with: chronyc tracking',
      fine: `The clocks of both databases are within ${clockLimitMs / 1_000} s of the runbook's.`,
    },
    ({ clock: { aheadMs, errorMs } }, region) => {
      const apart = Math.abs(aheadMs);
      const said = `the clock of ${region}'s database is ${Math.round(apart)} ms ${aheadMs < 0 ? 'behind' : 'ahead of'} the runbook's`;
      if (apart - errorMs > clockLimitMs) return said;
      return apart + errorMs > clockLimitMs
        ? { unknown: `${said}, give or take ${Math.round(errorMs)} ms.` }
        : undefined;
    },
  ),
  inEachRegion(
    'settings',
    {
      ...certificateTexts,
      name: 'certificate of the database',
      set: 'Renew the files of ssl_cert and ssl_key there, then type: FLUSH SSL;',
      fine: 'The certificates of both databases are valid for long enough.',
    },
    ({ certificateEndsAt }, region, { now }) =>
      certificateEndsAt === undefined
        ? { unknown: `${region}'s server does not say when its certificate ends.` }
        : certificateFlaw(`${region}'s database`, certificateEndsAt, now),
  ),
];
