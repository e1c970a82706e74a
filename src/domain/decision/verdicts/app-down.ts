import { newestAccount } from '../../detection/accounts';
import type { Hearing } from '../../detection/hearing';
import { witnessesWho, type Witness } from '../../detection/witness';
import { towardsStandby, whenBacked, type Backing, type Course, type CourseInput } from '../course';
import { about, defineVerdict, type VerdictOf } from './define';
import { lostShop } from '../shop-loss';

/** Whether the primary's database answers somebody: then a transfer can lose nothing. */
type DatabaseWord = 'answers' | 'dead' | 'unknown';

interface AppDown extends VerdictOf<'app-down'> {
  backing: Backing;
  database: DatabaseWord;
}

/** The shop is dead while something of the region answers. */
export const appDown = defineVerdict({ state: 'app-down', headline: 'has lost its shop', find, course });

function find(hearing: Hearing): AppDown | undefined {
  const { testimony, app } = hearing;
  const loss = lostShop(hearing);
  if (!loss) return undefined;
  const database = databaseWord(hearing);
  const words = {
    answers: 'its database answers',
    dead: 'its database is dead',
    unknown: 'whether its database answers is unknown',
  };
  return {
    ...about('app-down', testimony.primary, app.down),
    backing: app.state === 'down' ? 'all' : 'majority',
    database,
    forMs: app.forMs,
    failingForMs: app.failingMs,
    because: `The shop of ${testimony.primary} is down and ${words[database]}: ${loss.heard}.`,
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

/** A database that answers can be left without losing anything; a dead one can't. */
function course(input: CourseInput, verdict: AppDown): Course {
  const planned = towardsStandby(input, 'switchover');
  switch (verdict.database) {
    case 'answers':
      return whenBacked(input, verdict, planned);
    case 'dead':
      return whenBacked(input, verdict, towardsStandby(input, 'failover'));
    case 'unknown': {
      const because = `Whether the database of ${verdict.region} still answers is unknown, so a transfer might lose orders.`;
      return { wish: 'ask', action: planned, because, topic: 'whether its database answers is unknown' };
    }
  }
}
