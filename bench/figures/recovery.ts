import { exactSeconds, seconds } from '../arithmetic';
import type { Figure } from '../figure';
import { failover, longTtl, type Recovered } from '../outage';
import { recoveryMs } from '../transfers';

const felt = ({ served }: Recovered): string =>
  `the last of ${served.shoppers} shoppers was acknowledged ${seconds(served.lastAfterMs)} after the decision`;

const valuesOf = ({ result, served }: Recovered) => ({
  recoveryMs: recoveryMs(result),
  shoppers: served.shoppers,
  lastShopperMs: served.lastAfterMs,
});

export const recovery: Figure = {
  name: 'recovery',
  title: 'decision to region verified and DNS answered',
  goal: '<= 10 s with a TTL of 5 s',
  how: 'The failover of the outage of `detection`, started when the last monitor had declared: from its start to the end of the last verification, by the journal (`drill` shows one that a monitor started by itself); and when the last shopper of the world was first acknowledged by the new region. The same with a TTL of 60 s in a second outage, decided just after the resolver had asked anew, which is the worst moment.',
  measure: async (world) => {
    const short = await world.once(failover);
    const long = await world.once(longTtl);
    return {
      lines: [
        `TTL 5 s: ${exactSeconds(recoveryMs(short.result))}; ${felt(short)}`,
        `TTL 60 s: ${exactSeconds(recoveryMs(long.result))}; ${felt(long)}`,
      ],
      reached: recoveryMs(short.result) <= 10_000,
      values: { ttl5: valuesOf(short), ttl60: valuesOf(long) },
    };
  },
};
