/** Whether a region serves customers, and what is in the way: one answer for verdicts, readiness and drills. */
import type { RegionFacts } from '../detection/reading';

/** What a region's shop says of itself; a vantage hears less than a survey does. */
export interface ServingFacts extends RegionFacts {
  /** Of its settings. */
  epoch?: number;
  /** Why new checkouts are held; empty when they are not. */
  gate?: string;
  /** `on`, `off` or `paused`. */
  scheduler?: string;
  /** What its serving check says. */
  because?: string;
}

interface Obstacle {
  /** A few words that never change. */
  topic: string;
  because: string;
  /** What to type or to change. */
  cure: (site: string) => string;
}

/** `unknown` where nobody has heard its shop; silence is neither a yes nor a no. */
export type CanServe =
  { answer: 'yes' } | { answer: 'no'; obstacles: Obstacle[] } | { answer: 'unknown'; because: string };

type Answering = Extract<RegionFacts['database'], { reachable: true }>;

interface Row {
  topic: string;
  /** Holds where the obstacle is there. */
  stands: (facts: ServingFacts, database: Answering | undefined, region: string) => boolean;
  because: (facts: ServingFacts, database: Answering | undefined, region: string) => string;
  /** What to type, by region and site. */
  cure: (site: string, region: string) => string;
}

const restore = (site: string) => `type: npx handover transfer ${site} --kind restore`;
const inSettings = (_: string, region: string) =>
  `correct role and epoch in the file that regions.${region}.settings.file names, and reload the shop`;

/** Every obstacle is looked for, so that whoever mends one knows of the next. */
export const obstacles: readonly Row[] = [
  {
    topic: 'its database does not answer its shop',
    stands: (_, database) => database === undefined,
    because: () => 'does not reach its database',
    cure: (_, region) => `start the database of ${region}, or correct the shop's access to it`,
  },
  {
    topic: 'its settings say standby',
    stands: ({ role }) => role !== 'primary',
    because: ({ role }) => `has the role ${role === '' ? 'none' : role} in its settings`,
    cure: inSettings,
  },
  {
    topic: 'its database is read-only',
    stands: (_, database) => database?.readOnly === true,
    because: () => 'has a read-only database',
    cure: restore,
  },
  {
    topic: 'its database names another primary',
    stands: (_, database, region) => database !== undefined && database.primary !== region,
    because: (_, database) => `has a database that names ${database?.primary || 'no region'} as the primary`,
    cure: (site) => `read which region is the primary with: npx handover drill ${site} --kind checks`,
  },
  {
    topic: 'its settings are of another epoch',
    stands: ({ epoch }, database) => epoch !== undefined && database !== undefined && epoch !== database.epoch,
    because: ({ epoch = 0 }, database) =>
      `has settings of epoch ${epoch} and a database of epoch ${database?.epoch ?? 0}`,
    cure: inSettings,
  },
  {
    topic: 'its epoch is not verified',
    stands: (_, database) => database !== undefined && database.verifiedEpoch !== database.epoch,
    because: (_, database) => `was not verified in epoch ${database?.epoch ?? 0}`,
    cure: (site, region) =>
      `finish the transfer to ${region}; where none is open, type on its database: UPDATE handover_epoch SET verified_epoch = epoch; then check it with: npx handover drill ${site} --kind checks`,
  },
  {
    topic: 'its gate is shut',
    stands: ({ gate = '' }) => gate !== '',
    because: () => 'holds all new checkouts by its gate',
    cure: (_, region) => `delete on its host the file that regions.${region}.settings.gate names`,
  },
];

/** @param facts what its shop says; undefined where it does not answer */
export function canServe(region: string, facts: ServingFacts | undefined): CanServe {
  if (facts === undefined) return { answer: 'unknown', because: `The shop of ${region} has not been heard.` };
  const database = facts.database.reachable ? facts.database : undefined;
  const found = obstacles
    .filter(({ stands }) => stands(facts, database, region))
    .map(({ topic, because, cure }) => ({
      topic,
      because: `The shop of ${region} ${because(facts, database, region)}`,
      cure: (site: string) => cure(site, region),
    }));
  if (found.length > 0) return { answer: 'no', obstacles: found };
  if (facts.serving) return { answer: 'yes' };
  const told = facts.because === undefined ? '' : ` (${facts.because})`;
  const because = `The shop of ${region} says that it does not serve${told}, and nothing else shows why`;
  const cure = () => 'read its /serving and its error log';
  return { answer: 'no', obstacles: [{ topic: 'its serving check says no', because, cure }] };
}

/** `The shop of A holds all new checkouts by its gate: delete ....` for each. */
export const withCures = (obstaclesFound: readonly Obstacle[], site: string): string =>
  obstaclesFound.map(({ because, cure }) => `${because}: ${cure(site)}.`).join(' ');
