/** What each reading of logs on a region's host needs: plain names, one time limit, and an error that says what failed there. */
import { PortError } from '../../../../ports/errors';
import type { Host } from '../../../../ports/ports';
import type { Peer, PeerAccess } from '../../../host/peer';

export interface BinlogOptions extends PeerAccess {
  region: string;
  host: Host;
  /** Where this region's server writes its binary logs, and where its host keeps what a rejoin needs. */
  binlogDirectory: string;
  workDirectory: string;
  /** Where its server listens for programs of its own host. */
  databaseSocket: string;
  /** The shop's schema. */
  schema: string;
  /** Both regions' tables are known to be built alike, so that their logs need not name the columns. */
  alike?: boolean;
  peers: Readonly<Record<string, Peer & { binlogDirectory: string }>>;
}

export const answerMs = 60_000;

/** Names become parts of paths and of commands. @throws PortError(refused) for any other name */
export function plainName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(name)) return name;
  throw new PortError('refused', `${JSON.stringify(name)} is not a file name; it must be like binlog.000042.`);
}

export const lines = (text: string): string[] => text.split('\n').filter(Boolean);

/** `what` is a part of the sentence; `said` may be what the command wrote to its error output. */
export const failed = ({ region }: { region: string }, what: string, code: number, said: string): PortError =>
  new PortError(
    code === 255 || (code >= 10 && code <= 35) ? 'unavailable' : 'refused',
    `${region}'s host could not ${what} (exit code ${code}): ${said.trim().split('\n').slice(0, 3).join(' ')}`,
  );
