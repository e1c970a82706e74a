/**
 * How far a database's log reaches. A position is text that only the database's own adapter reads; everybody else keeps it, asks here, and
 * hands it back.
 *
 * One log may hold transactions of several servers, in several domains (streams that are ordered each for itself). A position names the last
 * transaction of each server in each domain, and stands for all that this server wrote there up to it. So the id of one transaction is a
 * position too, and the empty text is that of an empty log.
 *
 * Only what a position names counts. `DatabaseState.position` may name no more than the last writer of each domain; `Salvage.known` names
 * every server, so it is the one to ask what a database has of another's.
 *
 * All are pure. @throws Error for a text that is no position; it names the text and a valid one.
 */
export interface Positions {
  /** `position` has all of `other`: as much or more of each server that `other` names, in the same domain. Every position has the empty one. */
  contains: (position: string, other: string) => boolean;
  /**
   * What of `a` is not in `b`, as a position: each server and domain where `a` reaches further than `b`, and how far `a` reaches there; not
   * the range between. Empty when `b` contains `a`.
   */
  minus: (a: string, b: string) => string;
  /** Both reach equally far of the same servers in the same domains, however they are spelt. */
  equal: (a: string, b: string) => boolean;
  /** Each has something that the other lacks, of one server or of two, in one domain or in two: neither can follow the other as it is. */
  parted: (a: string, b: string) => boolean;
}
