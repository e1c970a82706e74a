/** The plan that scripts/live/plan.mjs made and a person has read. */
import { z } from 'zod';
import { sameSet } from '../../src/providers/dns/provider';
import type { RecordSet } from '../../src/ports/ports';

export const planSchema = z.object({
  kind: z.enum(['cloudflare', 'digitalocean', 'google', 'route53']),
  provider: z.looseObject({ kind: z.string() }),
  authoritative: z.array(z.string()),
  label: z.string().min(1),
  names: z.array(z.string()).min(1),
  values: z.object({ A: z.array(z.string()), CNAME: z.array(z.string()) }),
  mostValues: z.object({ A: z.int(), CNAME: z.int() }),
  ttls: z.tuple([z.int(), z.int()]),
});
export type LivePlan = z.output<typeof planSchema>;

/** Types that the plan announces; the contract writes no other. */
export const plannedTypes = ['A', 'CNAME'] as const;

/** @throws when the plan does not announce such a set, or not so many values. */
export function refuseUnplanned({ names, values, mostValues, ttls }: LivePlan, set: RecordSet): void {
  const type = plannedTypes.find((one) => one === set.type);
  const planned =
    type !== undefined &&
    names.includes(set.name) &&
    ttls.includes(set.ttlSeconds) &&
    set.values.length <= mostValues[type] &&
    sameSet(set, { ...set, values: set.values.filter((value) => values[type].includes(value)) });
  if (!planned)
    throw new Error(`${JSON.stringify(set)} is not in the plan that was shown; add it to scripts/live/plan.mjs.`);
}
