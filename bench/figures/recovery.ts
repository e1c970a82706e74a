import { exactSeconds, seconds } from '../arithmetic';
import type { Figure } from '../figure';
import { failover, longTtl, type Recovered } from '../outage';
import { recoveryMs } from '../transfers';

const lastShopper = ({ served }: Recovered): string =>
  `the last of ${served.shoppers} shoppers was acknowledged ${seconds(served.lastAfterMs)} after the decision`;

const valuesOf = ({ result, served }: Recovered) => ({
  recoveryMs: recoveryMs(result),
  shoppers: served.shoppers,
  lastShopperMs: served.lastAfterMs,
});

export const recovery: Figure = {
  name: 'recovery',
  title: 'time from the decision until the region is verified and DNS serves it',
  goal: '<= 10 s with a TTL of 5 s',
  how: 'The failover of the outage of `detection`, started when the last monitor had reached its verdict: from its start to the end of the last verification in the journal (`drill` shows one that a monitor started itself), and until the last shopper in `world` was first acknowledged by the new region. The same with a TTL of 60 s in a second outage, decided just after the resolver had refreshed its cache, which is the worst case.',
  measure: async (bench) => {
    const short = await bench.runOnce(failover);
    const long = await bench.runOnce(longTtl);
    return {
      lines: [
        `TTL 5 s: ${exactSeconds(recoveryMs(short.result))}; ${lastShopper(short)}`,
        `TTL 60 s: ${exactSeconds(recoveryMs(long.result))}; ${lastShopper(long)}`,
      ],
      reached: recoveryMs(short.result) <= 10_000,
      values: { ttl5: valuesOf(short), ttl60: valuesOf(long) },
    };
  },
};
