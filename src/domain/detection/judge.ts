/** From everything that was said to one opinion. */
import { agree, sentenceCase, type Agreement } from './agreement';
import { verdictOn } from './verdicts';
import type { Policy } from '../policy';
import type { Hearing, Opinion, Health, Testimony } from './verdict';

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
    standby: healthOf(count({ signal: 'app', region: standby })),
    tables: {
      [primary]: healthOf(hearing.table),
      [standby]: healthOf(count({ signal: 'table', region: standby })),
    },
  };
}

function healthOf({ state, forMs, because }: Agreement): Health {
  const word = { down: 'down', majority: 'down', split: 'up', up: 'up', unknown: 'unknown' } as const;
  return { state: word[state], forMs, because: `${sentenceCase(because)}.` };
}
