/** Ready-made opinions for the tables: what vantages, shops and witnesses say. */
import { judge } from '../../src/domain/decision/judge';
import type { RegionFacts, Target } from '../../src/domain/detection/reading';
import type { Opinion, Situation } from '../../src/domain/decision/situation';
import type { Verdict } from '../../src/domain/decision/verdicts';
import type { Testimony } from '../../src/domain/detection/hearing';
import { blank, type Ballot, type Vote } from '../../src/domain/detection/vote';
import type { Witness } from '../../src/domain/detection/witness';
import { policy } from './lab-policy';

export const vantages = ['north', 'east', 'west'];
export const minute = 60_000;

export const up: Vote = { ...blank().vote, state: 'up', because: 'It answers.', heldMs: 10 * minute };
/** No answer at all, and a refusal each time. */
export const down: Vote = {
  ...up,
  state: 'down',
  because: 'No answer within 3 s',
  heldMs: 5_000,
  share: 1,
  failingMs: 65_000,
  suspect: true,
};
export const refusing: Vote = { ...down, because: 'It refuses the connection', answeredShare: 1 };
export const silent: Vote = { ...up, state: 'silent', because: 'Its control targets fail too' };

export function facts(
  region: string,
  database: Partial<Extract<RegionFacts['database'], { reachable: true }>> | 'dead' = {},
): RegionFacts {
  const whole = { reachable: true, readOnly: region !== 'A', epoch: 7, primary: 'A', verifiedEpoch: 7 } as const;
  return {
    role: region === 'A' ? 'primary' : 'standby',
    tableRegion: `table-${region}`,
    serving: region === 'A',
    database: database === 'dead' ? { reachable: false } : { ...whole, ...database },
  };
}

export const telling = (vote: Vote, told: RegionFacts, factsAgeMs = 0): Vote => ({ ...vote, facts: told, factsAgeMs });

type Votes = Vote | [Vote, Vote, Vote];
/** What differs from a healthy site whose primary is A. */
export interface Said {
  app?: Votes;
  table?: Votes;
  edge?: Votes;
  standbyApp?: Votes;
  standbyTable?: Votes;
  replica?: Witness['says'];
  /** The site has no table; nobody votes on one. */
  plain?: true;
  ageMs?: number;
}

/** What must be said for each verdict; a new one needs its own. */
export const examples: Record<Verdict['state'], Said> = {
  'two-writers': { standbyApp: telling(up, facts('B', { readOnly: false, epoch: 6 })) },
  restarted: { app: telling(refusing, facts('A', { readOnly: true })) },
  blind: { app: silent },
  'region-down': { app: down, table: down, replica: 'lost' },
  'app-down': { app: refusing },
  'table-down': { table: down },
  'not-served': { app: telling(up, { ...facts('A'), serving: false }) },
  'edge-broken': { edge: down },
  'link-cut': { replica: 'lost' },
  degraded: { app: [down, up, up] },
  healthy: {},
};

export function testimony(said: Said = {}): Testimony {
  const { ageMs = 0, replica = 'sees' } = said;
  const ballots = (target: Target, votes: Votes = up): Ballot[] =>
    vantages.map((vantage, index) => ({
      vantage,
      target,
      vote: (Array.isArray(votes) ? votes[index] : votes) ?? up,
      ageMs,
    }));
  const app = said.app ?? telling(up, facts('A'));
  return {
    primary: 'A',
    standby: 'B',
    epoch: 7,
    vantages,
    hasTable: !said.plain,
    ballots: [
      ...ballots({ signal: 'app', region: 'A' }, app),
      ...ballots({ signal: 'app', region: 'B' }, said.standbyApp ?? telling(up, facts('B'))),
      ...(said.plain
        ? []
        : [
            ...ballots({ signal: 'table', region: 'A' }, said.table),
            ...ballots({ signal: 'table', region: 'B' }, said.standbyTable),
          ]),
      ...ballots({ signal: 'edge' }, said.edge),
    ],
    witnesses: [{ name: 'the replica', says: replica, because: 'The replica said so.', ageMs: 0 }],
  };
}

export function opinion(said: Said = {}): Opinion {
  return judge(testimony(said), policy);
}

/** A site at home with a fit standby. */
export function situation(said: Said = {}, differs: Partial<Situation> = {}): Situation {
  const replica = { configured: true, usesGtid: true, applying: true, receiving: true, heartbeatAgeMs: 500, epoch: 7 };
  return {
    site: 'shop',
    home: 'A',
    primary: 'A',
    standby: 'B',
    epoch: 7,
    tableOf: 'A',
    opinionAgeMs: 0,
    policy,
    opinion: opinion(said),
    replica,
    ...differs,
  };
}
