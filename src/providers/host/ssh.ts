import type { Client } from 'ssh2';
import { PortError, sentenceOf } from '../../ports/errors';
import type { CommandResult, Host } from '../../ports/ports';
import { resetSocket } from '../kit/reset-socket';
import { withTimeout } from '../kit/timeout';
import { collect, type Collecting, telling } from './channel';
import { connect, type Connection, type SshOptions } from './connection';

/** How long each move of ending a command may take, before it is left to itself. */
const graceMs = 500;

type RunOptions = Parameters<Host['run']>[1];

/** A host over ssh. One connection serves all commands; it is opened when first asked and again after any failure. */
export function ssh(options: SshOptions): Host {
  let current: Promise<Connection> | undefined;
  let running = 0;

  function drop(opening: Promise<Connection> | undefined): void {
    if (current === opening) current = undefined;
    opening
      ?.then(({ client, socket }) => {
        resetSocket(socket);
        client.destroy();
      })
      .catch(() => undefined);
  }

  function opened(): Promise<Connection> {
    if (current !== undefined) return current;
    const opening = connect(options, () => drop(opening));
    opening.catch(() => drop(opening));
    return (current = opening);
  }

  return {
    run: async (command, given) => {
      const opening = opened();
      running += 1;
      try {
        return await runOn(opening, command, given, `${options.region}'s host ${options.address}`);
      } catch (error) {
        // A silent connection is not trusted again, unless others are still at work on it.
        if (running === 1) drop(opening);
        throw error;
      } finally {
        running -= 1;
      }
    },
    close: () => {
      drop(current);
      return Promise.resolve();
    },
  };
}

/** The first line of a command, so that a sentence stays one. */
const brief = (command: string) => `"${(command.trim().split('\n')[0] ?? '').slice(0, 80)}"`;

async function runOn(
  opening: Promise<Connection>,
  command: string,
  given: RunOptions,
  host: string,
): Promise<CommandResult> {
  let started: Collecting | undefined;
  const limit = limited(given, `${host} was asked to run ${brief(command)}`);
  const answer = opening.then(({ client, inTurn }) =>
    inTurn(async () => {
      // Nothing is started for a caller who has left.
      if (limit.over()) return limit.reached;
      started = await start(client, command, given, host);
      return started.result;
    }),
  );
  try {
    return await Promise.race([answer, limit.reached]);
  } catch (error) {
    answer.catch(() => undefined);
    if (started !== undefined) await abandon((await opening).client, started).catch(() => undefined);
    throw error;
  } finally {
    limit.end();
  }
}

/** Ends the command's whole process group. sshd passes no signals on for root, so that takes a command of its own. */
async function abandon(client: Client, { channel, group }: Collecting): Promise<void> {
  try {
    const command = `kill -TERM -- -${await withTimeout(graceMs, group, 'the command reported no process group')}`;
    const killer = await withTimeout(graceMs, exec(client, command, {}, 'the host'), 'it hangs');
    await withTimeout(graceMs, killer.result, 'it hangs');
  } finally {
    channel.close();
  }
}

/** `reached` rejects when time is over or the caller aborts. */
function limited({ timeoutMs, signal }: RunOptions, asked: string) {
  let over = false;
  let giveUp = (_because: string): void => undefined;
  const reached = new Promise<never>((_resolve, reject) => {
    giveUp = (because) => {
      over = true;
      reject(new PortError('unavailable', `${asked} and ${because}.`));
    };
  });
  const abort = () => giveUp('was told to stop before it was done');
  const timer = setTimeout(() => giveUp(`was not done within ${timeoutMs} ms`), timeoutMs);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  return { reached, end, over: () => over };
}

async function start(client: Client, command: string, given: RunOptions, host: string): Promise<Collecting> {
  const ran = brief(command);
  return exec(client, telling(command), given, `${host}, while it ran ${ran},`).catch((error: unknown) => {
    throw new PortError('unavailable', `${host} did not start ${ran}: ${sentenceOf(error)}.`);
  });
}

/**
 * Starts `command` and collects what it says. A process that was busy reads start, output and exit code of a short command all at once, so
 * the collecting begins within the call that tells of the start: what is told before anybody listens is lost.
 */
function exec(
  client: Client,
  command: string,
  given: Parameters<typeof collect>[1],
  host: string,
): Promise<Collecting> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error ? reject(error) : resolve(collect(channel, given, host))));
  });
}
