import type { Place } from '../domain/salvage/history';

/**
 * Compares positions in the databases' logs. A position is text that only the database's own adapter parses; other code stores it and passes
 * it back here.
 *
 * A log may contain transactions of several servers, in several domains (independently ordered streams). MariaDB's position has the last
 * transaction of each server in each domain, and covers all earlier ones of that server there. MySQL's may have gaps, and covers what it lists.
 * A transaction's id is a position too, and an empty text is the position of an empty log.
 *
 * Only what a position names is compared. `DatabaseState.position` may name only the last writer of each domain; `Salvage.known` names every
 * server, so use that one to find what a database has of another.
 *
 * All functions are pure. @throws Error for a text that is not a position; the message has the text and a valid position.
 */
export interface Positions {
  /** Whether `position` covers `other`: it reaches at least as far for each server and domain of `other`. Every position contains the empty one. */
  contains: (position: string, other: string) => boolean;
  /**
   * What `b` lacks of `a`, as a position: each server and domain in which `a` reaches further than `b`, with `a`'s transaction. Empty when `b`
   * contains `a`.
   */
  minus: (a: string, b: string) => string;
  /** Whether both reach equally far for the same servers and domains, in any notation. */
  equal: (a: string, b: string) => boolean;
  /** The shortest position that contains both. */
  union: (a: string, b: string) => string;
  /** The last transaction of each server in each domain, in the order of the text. The one of `DatabaseState.serverId` has that id as `writer`. */
  places: (position: string) => Place[];
}
