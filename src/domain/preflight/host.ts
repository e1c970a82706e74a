/** The hosts: how the database starts again, and whether there is room. */
import { acrossRegions, inEachRegion, settingAtStart, type Rule } from './rule';

const gib = 1024 ** 3;
const inGib = (bytes: number) => `${(bytes / gib).toFixed(1)} GiB`;
/** Beside what a copy takes. */
const reserveBytes = gib;

export const hostRules: readonly Rule[] = [
  inEachRegion(
    'host',
    {
      name: 'read_only at start',
      wanted: 'ON in the option file',
      why: 'a deposed server that restarts would accept orders beside the new primary',
      set: 'Write read_only = ON under [mariadbd] in the option file there; the running server stays as it is.',
      fine: 'Both databases start read-only.',
    },
    ({ startsReadOnly }, region) => (startsReadOnly ? undefined : `the option file of ${region} lacks read_only`),
  ),
  inEachRegion(
    'host',
    {
      name: 'skip_slave_start',
      wanted: 'ON in the option file',
      why: 'a standby that restarts during an outage throws away what it fetched and did not apply',
      set: settingAtStart('skip_slave_start = ON').replace(', and restart the server while it is the standby', ''),
      fine: 'No database starts replication by itself.',
    },
    ({ startsReplication }, region) =>
      startsReplication ? `the option file of ${region} lacks skip_slave_start` : undefined,
  ),
  inEachRegion(
    'host',
    {
      name: 'database.fenceFile',
      wanted: 'in a folder of option files that regions.NAME.host.user may write to',
      why: 'a fence would end with a restart of the server, or a region that was made writable would start read-only',
      set: 'Create that folder there, add !includedir with its path to the option file, and let regions.NAME.host.user write to it; or remove the field from the site file.',
      fine: 'The fence files of both regions can be written, where the site names them.',
    },
    ({ fenceFile }, region) =>
      fenceFile === undefined || fenceFile.writable
        ? undefined
        : `the host of ${region} cannot write ${fenceFile.path}`,
  ),
  inEachRegion(
    'host',
    {
      name: 'free disk space',
      wanted: `at least the size of the data and ${inGib(reserveBytes)} for the data and work directories, and ${inGib(reserveBytes)} for the binary logs`,
      why: 'a rejoin keeps the old data beside the new ones, and a full disk stops the database',
      set: 'Remove what is not needed there (old *-old directories of earlier rejoins), or enlarge the disk.',
      fine: 'Both hosts have room for a rejoin and for binary logs.',
    },
    ({ free, dataBytes }, region) => {
      const needed = { data: dataBytes + reserveBytes, work: dataBytes + reserveBytes, binlog: reserveBytes };
      const short = (['data', 'binlog', 'work'] as const).filter((use) => free[use].bytes < needed[use]);
      const list = short.map((use) => `${inGib(free[use].bytes)} of ${inGib(needed[use])} in ${free[use].path}`);
      return list.length === 0 ? undefined : `the host of ${region} has free only ${list.join(', ')}`;
    },
  ),
  acrossRegions(
    'host',
    {
      name: 'room for copied logs',
      wanted: `at least the size of the other region's binary logs and ${inGib(reserveBytes)} free in the work directory`,
      why: "a rejoin copies a deposed region's logs to the primary's host before it changes anything, and is refused without room",
      set: 'Remove what is not needed there (copied logs of earlier rejoins), or enlarge the disk.',
      fine: 'Both hosts have room for the binary logs of the other region.',
    },
    (told) => {
      const short = told.flatMap(([region, { free }]) =>
        told.flatMap(([other, { binlogBytes }]) =>
          other === region || free.work.bytes >= binlogBytes + reserveBytes
            ? []
            : [
                `${inGib(free.work.bytes)} of ${inGib(binlogBytes + reserveBytes)} for ${other}'s logs in ${free.work.path} on ${region}`,
              ],
        ),
      );
      return short.length === 0 ? undefined : `there are free only ${short.join(' and ')}`;
    },
  ),
  inEachRegion(
    'host',
    {
      name: 'services.database',
      wanted: 'a command prefix that answers "status" with exit code 0 while the database runs',
      why: 'a failover without the database and a rejoin stop and start it with this command',
      set: 'Correct regions.NAME.services.database in the site file, and the rights of regions.NAME.host.user to run it.',
      fine: 'Both hosts say that the service of their database runs.',
    },
    ({ status: { command, code } }, region) =>
      code === 0
        ? undefined
        : `on the host of ${region} ${command} ended with exit code ${code} while the database runs`,
  ),
];
