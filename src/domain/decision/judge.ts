/** From everything that was said to one opinion. */
import { healthOf, hear, type Testimony } from '../detection/hearing';
import type { Policy } from '../policy';
import type { Opinion } from './situation';
import { verdictOn } from './verdicts';

/** The opinion that all this amounts to. An opinion describes; only `decide` acts. */
export function judge(testimony: Testimony, policy: Policy): Opinion {
  const { primary, standby } = testimony;
  const hearing = hear(testimony, policy);
  const { table, standbyTable } = hearing;
  const tables =
    table && standbyTable
      ? ([
          [primary, table],
          [standby, standbyTable],
        ] as const)
      : [];
  return {
    verdict: verdictOn(hearing),
    standby: healthOf(hearing.standbyApp),
    tables: Object.fromEntries(tables.map(([region, agreement]) => [region, healthOf(agreement)])),
  };
}
