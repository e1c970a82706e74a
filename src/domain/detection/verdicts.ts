/** One function a verdict. Facts of the databases weigh more than votes: they are what a wrong move would ruin. */
import { isOut, listOf, sentenceCase } from './agreement';
import type { DatabaseWord, Hearing, Verdict } from './verdict';
import { witnessesWho, type Witness } from './witness';
import { databaseOf, intruder, newestAccount } from './accounts';

/** A failure share that every vantage sees, short of an outage: the shop browns out. */
const brownOutShare = 0.2;

function twoWriters({ testimony, policy }: Hearing): Verdict | undefined {
  const { primary, standby, ballots } = testimony;
  const accounts = [primary, standby].map((region) => newestAccount(region, ballots, policy.voteMaxAgeMs));
  const writing = accounts.filter((account) => databaseOf(account)?.readOnly === false);
  const [one, other] = writing;
  if (!one || !other) return undefined;
  const fence = intruder(one, other);
  const epochs = [one, other].map((account) => `${account.region} in epoch ${databaseOf(account)?.epoch ?? 0}`);
  return {
    ...about(primary, [one.vantage, other.vantage]),
    state: 'two-writers',
    because: `The databases of both regions accept writes: ${listOf(epochs)}.`,
    evidenceAgeMs: Math.max(one.ageMs, other.ageMs),
    ...(fence === undefined ? {} : { fence }),
  };
}

function restarted({ testimony, policy }: Hearing): Verdict | undefined {
  const { primary, standby, epoch, ballots } = testimony;
  const own = newestAccount(primary, ballots, policy.voteMaxAgeMs);
  const other = newestAccount(standby, ballots, policy.voteMaxAgeMs);
  const [mine, theirs] = [databaseOf(own), databaseOf(other)];
  if (!own || !other || mine?.readOnly !== true || theirs?.readOnly !== true) return undefined;
  if (mine.primary !== primary || mine.epoch !== epoch || theirs.epoch > epoch) return undefined;
  return {
    ...about(primary, [own.vantage]),
    state: 'restarted',
    epoch,
    because: `The database of ${primary} is the primary of epoch ${epoch} and up, but read-only; nobody else accepts writes.`,
    evidenceAgeMs: Math.max(own.ageMs, other.ageMs),
  };
}

function blind({ testimony, policy, app }: Hearing): Verdict | undefined {
  if (app.state !== 'unknown') return undefined;
  const because = `Fewer than ${policy.minEligible} vantages can tell: ${app.because}.`;
  return { ...about(testimony.primary, app.silent), state: 'blind', because };
}

/** Shop dead: with its whole region, or with something of it still answering. */
function appOut(hearing: Hearing): Verdict | undefined {
  const { testimony, policy, app, table } = hearing;
  if (!isOut(app, policy)) return undefined;
  const lost = witnessesWho('lost', testimony.witnesses, policy);
  const seen = witnessesWho('sees', testimony.witnesses, policy);
  const tableIsOut = isOut(table, policy);
  const base = { ...about(testimony.primary, app.down), forMs: app.forMs, failingForMs: app.failingMs };
  const heard = [
    app.because,
    ...(tableIsOut ? [table.because] : []),
    ...[...lost, ...seen].map(({ because }) => because.replace(/\.$/, '')),
  ];

  if (!app.answered && (tableIsOut || lost.length > 0)) {
    const everybody = app.state === 'down' && (table.state === 'down' || (lost.length > 0 && !tableIsOut));
    const backing = seen.length > 0 ? 'contested' : everybody ? 'all' : 'majority';
    const forMs = tableIsOut ? Math.min(app.forMs, table.forMs) : app.forMs;
    return {
      ...base,
      state: 'region-down',
      backing,
      forMs,
      because: `Region ${base.region} does not answer at all: ${heard.join('; ')}.`,
    };
  }
  const backing = app.state === 'down' ? 'all' : 'majority';
  const database = databaseWord(hearing);
  const words = {
    answers: 'its database answers',
    dead: 'its database is dead',
    unknown: 'nobody can tell whether its database answers',
  };
  return {
    ...base,
    state: 'app-down',
    backing,
    database,
    because: `The shop of ${base.region} is down and ${words[database]}: ${heard.join('; ')}.`,
  };
}

/** A guess is enough: a planned transfer asks the database itself before it changes anything for good. */
function databaseWord({ testimony, policy }: Hearing): DatabaseWord {
  const account = newestAccount(testimony.primary, testimony.ballots, policy.voteMaxAgeMs);
  if (account) return account.facts.database.reachable ? 'answers' : 'dead';
  const says = (word: Witness['says']) => witnessesWho(word, testimony.witnesses, policy).length > 0;
  if (says('sees') || says('connected')) return 'answers';
  return says('lost') ? 'dead' : 'unknown';
}

function tableOut({ testimony, policy, table }: Hearing): Verdict | undefined {
  if (!isOut(table, policy)) return undefined;
  const backing = table.state === 'down' ? 'all' : 'majority';
  const because = `The shop of ${testimony.primary} answers, its table does not: ${table.because}.`;
  return {
    ...about(testimony.primary, table.down),
    state: 'table-down',
    backing,
    forMs: table.forMs,
    failingForMs: table.failingMs,
    because,
  };
}

function edgeBroken({ testimony, policy, edge }: Hearing): Verdict | undefined {
  if (!isOut(edge, policy)) return undefined;
  const because = `The shop of ${testimony.primary} answers by its own address, but not by its name: ${edge.because}.`;
  return {
    ...about(testimony.primary, edge.down),
    state: 'edge-broken',
    forMs: edge.forMs,
    failingForMs: edge.failingMs,
    because,
  };
}

function linkCut({ testimony, policy, app }: Hearing): Verdict | undefined {
  const [witness] = witnessesWho('lost', testimony.witnesses, policy);
  if (!witness) return undefined;
  const because = `Customers are served, but the regions do not see each other: ${witness.because}`;
  return { ...about(testimony.primary, app.up), state: 'link-cut', because };
}

function degraded({ testimony, app, table, edge }: Hearing): Verdict | undefined {
  const partial = [app, table, edge].find(({ state }) => state === 'down' || state === 'majority' || state === 'split');
  if (partial)
    return {
      ...about(testimony.primary, partial.down),
      state: 'degraded',
      forMs: partial.forMs,
      failingForMs: partial.failingMs,
      because: `${sentenceCase(partial.because)}.`,
    };
  if (app.leastShare >= brownOutShare)
    return {
      ...about(testimony.primary, app.up),
      state: 'degraded',
      because: `Every vantage sees the shop of ${testimony.primary} fail now and then, at least ${Math.round(app.leastShare * 100)} % of the time.`,
    };
  if (table.state === 'unknown' && table.silent.length > 0)
    return {
      ...about(testimony.primary, table.silent),
      state: 'degraded',
      because: `The table can't be judged: ${table.because}.`,
    };
  return undefined;
}

function healthy({ testimony, app }: Hearing): Verdict {
  return {
    ...about(testimony.primary, app.up),
    state: 'healthy',
    forMs: app.forMs,
    because: `${sentenceCase(app.because)}.`,
  };
}

/** In the order of weight. */
const opinions: readonly ((hearing: Hearing) => Verdict | undefined)[] = [
  twoWriters,
  restarted,
  blind,
  appOut,
  tableOut,
  edgeBroken,
  linkCut,
  degraded,
];

/** The first opinion that finds something; healthy when none does. */
export function verdictOn(hearing: Hearing): Verdict {
  for (const opinion of opinions) {
    const found = opinion(hearing);
    if (found) return found;
  }
  return healthy(hearing);
}

function about(
  region: string,
  vantages: string[],
): { region: string; vantages: string[]; forMs: number; failingForMs: number; evidenceAgeMs: number } {
  return { region, vantages: [...new Set(vantages)], forMs: 0, failingForMs: 0, evidenceAgeMs: 0 };
}
