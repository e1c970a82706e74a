/** Whether a deposed region's logs are whole, by something outside them: an end that was lost does not show in what is left. */
import { serviceCommandFor } from '../../domain/service-command';
import { beyondEnd, reachesEnd } from '../../domain/salvage/history';
import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import type { LogEnd } from '../../ports/rejoin';
import type { StepContext } from './step';

export interface ReadLog {
  from: string;
  to: string;
  folder: string;
  /** The command of `from`'s database; a plan of an older version may lack it. */
  serviceCommand?: string;
}

/** Up to where its copies were read, and what the primary had then, as positions. */
export interface ReadUpTo {
  last: string;
  known: string;
}

const byHand = 'Recover it by hand: see "A log that cannot be read" in docs/operating.md.';

/**
 * Of a server that does not answer: where it was stopped, `BASE.state` says where its logs end. Where it was killed, its last log is open,
 * holds what was committed, and must reach what anybody has seen of it; it must also be what was copied.
 * @returns a sentence for a person, empty where the server was stopped cleanly
 * @throws PortError(refused) when the logs lost their end, went on after they were read, or nothing says where they end
 */
export async function requireWholeLog(log: ReadLog, read: ReadUpTo, ports: Ports, ctx: StepContext): Promise<string> {
  const { from, to } = log;
  const end = await ports.binlogs(from).end();
  requireSeen(log, read, end, ports, ctx);
  switch (end.left) {
    case 'closed':
      if (reaches(read, end.position, ports)) return '';
      throw lost(log, read, `${from}'s server stopped at ${end.position} (${end.because})`);
    case 'open':
      await requireCopied(log, ports, ctx);
      return ` Its server was not stopped cleanly (${end.because}); the log reaches all that ${to} has of it.`;
    case 'unknown':
      throw new PortError(
        'refused',
        `${from}'s database does not answer, and whether its binary logs are whole is unknown: ${end.because}. ${startFirst(log, ctx)}`,
      );
  }
}

/**
 * Of a server that answers: it names its last transaction itself.
 * @throws PortError(refused) when the logs do not end there
 */
export async function requireReadToEnd(
  log: ReadLog,
  read: ReadUpTo,
  position: string,
  ports: Ports,
  ctx: StepContext,
): Promise<void> {
  if (reaches(read, position, ports)) return;
  await requireCopied(log, ports, ctx);
  throw lost(log, read, `${log.from}'s server is at ${position}`);
}

/** Streams of which nothing was read must end at a transaction that the primary had already. `position` may name servers of long ago. */
function reaches({ last, known }: ReadUpTo, position: string, { positions }: Ports): boolean {
  const { contains, places, union } = positions;
  return contains(position, last) && reachesEnd(places(union(last, known)), places(position));
}

/** What the primary has of the server, and where the server was when this run fenced it. */
function requireSeen(log: ReadLog, read: ReadUpTo, end: LogEnd, { positions }: Ports, ctx: StepContext): void {
  const fenced = ctx.facts['fence-database']?.['position'];
  if (typeof fenced === 'string' && !positions.contains(positions.union(read.last, read.known), fenced))
    throw lost(log, read, `${log.from}'s server was at ${fenced} when it was fenced`);
  if (end.left !== 'open') return;
  const beyond = beyondEnd(positions.places(read.last), positions.places(read.known), end.writer);
  if (beyond) throw lost(log, read, `${log.to} has transaction number ${beyond.number} of ${log.from}'s server`);
}

const lost = ({ from }: ReadLog, { last }: ReadUpTo, because: string) =>
  new PortError(
    'refused',
    `${from}'s binary logs end at ${last}, and ${because}, so the end of the logs is missing. ${byHand}`,
  );

async function requireCopied({ from, to, folder }: ReadLog, ports: Ports, ctx: StepContext): Promise<void> {
  const own = await ports.binlogs(from).own(await ports.salvage(to).known());
  const kept = await ports.binlogs(to).kept(folder);
  if (own.every((file) => kept.some(({ name, sha256 }) => name === file.name && sha256 === file.sha256))) return;
  throw new PortError(
    'refused',
    `${from}'s binary logs changed after they were copied to ${to}. Start again: npx handover rejoin ${ctx.site} --region ${from}`,
  );
}

function startFirst({ from, serviceCommand = '' }: ReadLog, ctx: StepContext): string {
  const command = serviceCommand === '' ? '' : `: ${serviceCommandFor(serviceCommand, 'start')}`;
  return `Start it, read-only and without replication, so that it names its last transaction${command}. Then start again: npx handover rejoin ${ctx.site} --region ${from}`;
}
