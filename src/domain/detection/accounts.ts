/** What the shops' own accounts tell of their databases: who writes, and who should. */
import type { RegionFacts } from './reading';
import type { Ballot } from './vote';

/** The newest account of one region's shop. */
export interface Account {
  region: string;
  facts: RegionFacts;
  /** Since the shop gave it. */
  ageMs: number;
  /** The vantage that received it. */
  vantage: string;
}

type Answering = Extract<RegionFacts['database'], { reachable: true }>;

/** The newest account of `region` by its own address; undefined when nobody has one younger than `maxAgeMs`. */
export function newestAccount(region: string, ballots: readonly Ballot[], maxAgeMs: number): Account | undefined {
  const accounts = ballots.flatMap(({ vantage, target, vote, ageMs }): Account[] => {
    const { facts, factsAgeMs = 0 } = vote;
    const about = target.signal === 'app' && target.region === region;
    return about && facts ? [{ region, facts, ageMs: ageMs + factsAgeMs, vantage }] : [];
  });
  return accounts.filter(({ ageMs }) => ageMs <= maxAgeMs).sort((a, b) => a.ageMs - b.ageMs)[0];
}

/** The database of an account that reached it. */
export function databaseOf(account: Account | undefined): Answering | undefined {
  return account?.facts.database.reachable === true ? account.facts.database : undefined;
}

/**
 * Which of two writing databases must stop: the one of the lower epoch; at the same epoch the one that the epoch does not name.
 * Undefined when that leaves it open.
 */
export function intruder(one: Account, other: Account): string | undefined {
  const [first, second] = [databaseOf(one), databaseOf(other)];
  if (!first || !second) return undefined;
  if (first.epoch !== second.epoch) return first.epoch < second.epoch ? one.region : other.region;
  if (first.primary !== second.primary) return undefined;
  return [one, other].find(({ region }) => region !== first.primary)?.region;
}
