/** From everything that was said to one opinion. */
import { agree, sentenceCase, type Agreement } from './agreement';
import { verdictOn } from './verdicts';
import type { Policy } from '../policy';
import type { Hearing, Opinion, Standing, Testimony } from './verdict';

/** The opinion that all this amounts to. Facts of the databases weigh more than votes: they are what a wrong move would ruin. */
export function judge(testimony: Testimony, policy: Policy): Opinion {
  const { primary, standby } = testimony;
  const count = (target: Agreement['target']) => agree(target, testimony.ballots, testimony.vantages, policy);
  const hearing: Hearing = {
    testimony,
    policy,
    app: count({ signal: 'app', region: primary }),
    table: count({ signal: 'table', region: primary }),
    edge: count({ signal: 'edge' }),
  };
  return {
    verdict: verdictOn(hearing),
    standby: standingOf(count({ signal: 'app', region: standby })),
    tables: {
      [primary]: standingOf(hearing.table),
      [standby]: standingOf(count({ signal: 'table', region: standby })),
    },
  };
}

function standingOf({ state, forMs, because }: Agreement): Standing {
  const word = { down: 'down', majority: 'down', split: 'up', up: 'up', unknown: 'unknown' } as const;
  return { state: word[state], forMs, because: `${sentenceCase(because)}.` };
}
