/** Who goes first where not all can go at once. */

/** From what may not wait to what may: customers without a shop, a move under way, its preparation, and mere looks. */
export const priorities = ['failover', 'move', 'prepare', 'look'] as const;
export type Priority = (typeof priorities)[number];

/**
 * What ends when one of its requests is sent away, and then begins anew, such as an attempt of a step. It begins when there is room for all
 * that it will probably send: else a crowd would use up the limit with first requests, again and again, and nobody would come to an end.
 */
export interface RateLimitedWork {
  priority: Priority;
  /** Whether it was sent away before, here or by another worker; left out where it would not come back. */
  again?: boolean;
}
