/** The majority of `count` vantages, and never fewer than the policy wants. */
export const votesNeeded = (count: number, minEligible: number): number =>
  Math.max(minEligible, Math.floor(count / 2) + 1);
