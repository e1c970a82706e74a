/**
 * The connections to one host. sshd lets `MaxSessions` commands run over one connection, 10 unless configured; guides of hardening set 2 or 1
 * (sshd_config(5), OpenSSH 9.2, read 2026-11). A command that is refused for that reason runs over a further connection.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { slots } from './slots';

/** Commands at once, over all connections; two fewer than sshd lets run over one, so that another can be ended over it. */
const commandsAtOnce = 8;

/** sshd forgets a session a moment after it has told of its end, so a command that is alone is tried for two seconds. */
const lone = { tries: 20, pauseMs: 100 } as const;

/** How long a refusal is believed: a session that sshd had not forgotten yet, or a command that nothing ends, lowers the number only so long. */
const refusalMs = 60_000;

interface Means<C> {
  /** Opens a connection; `lost` is to be called once it can't be used any more. */
  open: (lost: () => void) => Promise<C>;
  /** Gives up a connection that is lost or was dropped. */
  retire: (connection: C) => void;
  /** Whether an error says that sshd lets no more commands run over this connection. */
  isFull: (error: unknown) => boolean;
  nowMs?: () => number;
  pause?: (ms: number) => Promise<unknown>;
}

export interface Connections<C> {
  /** Runs a command over a connection with room for it; `work` is called again, with the same connection or another, after a refusal. */
  run: <T>(work: (connection: C) => Promise<T>) => Promise<T>;
  /** Uses this connection for no further command. */
  drop: (connection: C) => void;
  /** Forgets all connections and gives them, to be closed. */
  takeAll: () => Promise<C>[];
}

interface Line<C> {
  opening: Promise<C>;
  opened?: C;
  /** Commands that were sent over it and are not over. */
  running: number;
}

/** Connections are opened when first asked, and again after they were lost or dropped. */
export function connections<C>(means: Means<C>): Connections<C> {
  const { isFull, nowMs = () => performance.now(), pause = sleep } = means;
  const lines = linesOf(means);
  const inTurn = slots(commandsAtOnce);
  const room = roomIn(nowMs);

  async function over<T>(line: Line<C>, work: (connection: C) => Promise<T>) {
    line.running += 1;
    try {
      return { answer: await work(await line.opening) };
    } catch (error) {
      if (!isFull(error)) throw error;
      return { refused: error, beside: line.running - 1 };
    } finally {
      line.running -= 1;
    }
  }

  const run = async <T>(work: (connection: C) => Promise<T>): Promise<T> => {
    let alone = 0;
    for (;;) {
      const told = await over(lines.withRoom(room.now()), work);
      if ('answer' in told) return told.answer;
      if (told.beside > 0) {
        room.refusedBeside(told.beside);
        continue;
      }
      if ((alone += 1) > lone.tries) throw told.refused;
      await pause(lone.pauseMs);
    }
  };
  return { run: (work) => inTurn(() => run(work)), drop: lines.drop, takeAll: lines.takeAll };
}

/** How many commands one connection takes, as far as is known. It is one number for all of them, since it is a setting of the host. */
function roomIn(nowMs: () => number) {
  let [room, refusedAtMs] = [commandsAtOnce, 0];
  const now = () => {
    if (nowMs() - refusedAtMs >= refusalMs) room = commandsAtOnce;
    return room;
  };
  const refusedBeside = (others: number) => {
    room = Math.min(now(), others);
    refusedAtMs = nowMs();
  };
  return { now, refusedBeside };
}

function linesOf<C>({ open, retire }: Means<C>) {
  let lines: Line<C>[] = [];
  const end = (line: Line<C>) => {
    if (!lines.includes(line)) return;
    lines = lines.filter((other) => other !== line);
    line.opening.then(retire).catch(() => undefined);
  };
  const add = () => {
    const line: Line<C> = { opening: open(() => end(line)), running: 0 };
    lines.push(line);
    line.opening.then(
      (connection) => (line.opened = connection),
      () => end(line),
    );
    return line;
  };
  return {
    withRoom: (room: number) => lines.find(({ running }) => running < room) ?? add(),
    drop: (connection: C) => lines.filter(({ opened }) => opened === connection).forEach(end),
    takeAll: () => lines.splice(0).map(({ opening }) => opening),
  };
}
