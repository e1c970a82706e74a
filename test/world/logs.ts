/** Binary logs as files on the hosts: the one thing of a dead database that can still be read. Rows are not in them; see test/rejoin. */
import { PortError } from '../../src/ports/errors';
import type { Binlogs, Salvage } from '../../src/ports/rejoin';
import type { Call } from './faults';
import { idOf } from './positions';
import { append, positionOf, type Transaction } from './server';
import type { World } from './world';

type Pass = <T>(call: Call, work: (half: boolean) => T) => Promise<T>;

const elsewhere = (): never => {
  throw new PortError('absent', 'The world has no rows; see test/rejoin.');
};

const fileOf = (log: readonly Transaction[]) => ({ name: 'binlog', bytes: log.length, sha256: positionOf(log) });

export function binlogsPort(world: World, region: string, call: Pass): Binlogs {
  const mine = world.region(region);
  const kept = (folder: string) => mine.keptLogs.get(folder) ?? [];
  const after = (folder: string, position: string) => {
    const log = kept(folder);
    return log.slice(log.findLastIndex((each) => idOf(each) === position) + 1);
  };
  const read = <T>(op: string, work: () => T) => call({ op: `host.${op}`, region, effect: false }, work);
  return {
    own: () => read('own-logs', () => [fileOf(mine.server.log)]),
    // A server of the world ends without a stop: what it writes down at one is proved in test/rejoin.
    end: () =>
      read('log-end', () => ({ left: 'open', writer: String(mine.server.serverId), because: 'binlog was left open' })),
    kept: (folder) => read('kept-logs', () => (mine.keptLogs.has(folder) ? [fileOf(kept(folder))] : [])),
    async pull(from, _names, folder) {
      await call({ op: 'host.pull-logs', region, effect: true }, () => {
        const source = world.region(from);
        if (!source.hostUp || world.linkCut) throw new PortError('unavailable', `${from}'s host does not answer.`);
        const changed = positionOf(kept(folder)) !== positionOf(source.server.log);
        mine.keptLogs.set(folder, [...source.server.log]);
        return changed;
      });
    },
    behind: (folder, position) =>
      read('logs-behind', () => {
        const log = after(folder, position);
        return { transactions: log.length, last: positionOf(log) };
      }),
    async replay(folder, position) {
      await call({ op: 'host.replay-logs', region, effect: true }, () => {
        const log = after(folder, position);
        append(mine.server, log);
        return log.length > 0;
      });
    },
    transactions: elsewhere,
    ownTransactions: elsewhere,
  };
}

export function salvagePort(world: World, region: string, call: Pass): Salvage {
  const { server } = world.region(region);
  return {
    known: () => call({ op: 'database.known', region, effect: false }, () => positionOf(server.log)),
    shapes: elsewhere,
    records: elsewhere,
    open: elsewhere,
    prepare: elsewhere,
    look: elsewhere,
    settle: elsewhere,
  };
}
