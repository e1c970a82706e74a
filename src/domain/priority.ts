/** Which work goes first where not all can go at once. */

/** The most urgent first: customers without a shop, a move under way, its preparation, and mere looks. */
export const priorities = ['failover', 'move', 'prepare', 'look'] as const;
export type Priority = (typeof priorities)[number];

/**
 * What fails as a whole when one of its requests is held back, and is then retried from its beginning, such as an attempt of a step. It starts
 * when there are permits for all that it will probably send: else much such work would use up the limit with first requests, and none would end.
 */
export interface RateLimitedWork {
  priority: Priority;
  /** Whether it was held back before, here or in another worker; left out where it is not retried. */
  again?: boolean;
}
