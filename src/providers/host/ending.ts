/** Ends a command that nobody waits for any more: its late effect would surprise whoever has gone on meanwhile. */
import { withTimeout } from '../kit/timeout';
import { exec, type Collecting } from './channel';
import { close, connect, isFull, type Connection, type SshOptions } from './connection';

/** How long it is tried, while the connection is kept for it. Long, since a host that is busy logs in and starts commands slowly. */
const endingMs = 30_000;

/** Seconds that a process group has to end by itself after TERM. */
const ownEndS = 3;

/** TERM, and KILL for what is then still there. */
const killing = (group: number): string =>
  `kill -TERM -- -${group} || exit 0
for second in ${Array.from({ length: ownEndS }, (_, at) => at + 1).join(' ')}; do sleep 1; kill -0 -- -${group} 2>/dev/null || exit 0; done
kill -KILL -- -${group}`;

/**
 * Ends the command's whole process group, as soon as the command has told it. sshd passes no signals on for root, so that takes a command of its
 * own. Never rejects: what can't be ended is left to itself.
 */
export function ending(connection: Connection, options: SshOptions, started: Promise<Collecting>): Promise<void> {
  const end = async ({ group }: Collecting) => {
    const command = killing(await group);
    const kill = async ({ client }: Connection) => (await exec(client, command, { host: 'the host' })).result;
    await kill(connection).catch(async (error: unknown) => {
      if (!isFull(error)) throw error;
      const own = await connect(options, () => undefined);
      await kill(own).finally(() => close(own));
    });
  };
  // Once it has ended by itself, or the connection has, there is nothing to do.
  return withTimeout(
    endingMs,
    started.then((command) => Promise.race([end(command), command.result])),
    'it hangs',
  )
    .then(
      () => undefined,
      () => undefined,
    )
    .finally(() => void started.then(({ channel }) => channel.close()).catch(() => undefined));
}
