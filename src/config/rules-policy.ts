/** Inequalities between the durations of a policy: each is the minimum with which detection works in the simulations. */
import type { PartialSite } from './partial-site';
import { formatDuration } from '../fields/duration';
import { problemUnless, type Problem } from './problems';
import { tableBackAfterMs, type SiteContent } from './schema';

type Fields = SiteContent['policy'];
type DurationField = { [K in keyof Fields]-?: Fields[K] extends number | undefined ? K : never }[keyof Fields];

interface Inequality {
  field: DurationField;
  /** `field` must be at least, or less than, this many times `of`. */
  bound: 'at least' | 'less than';
  times: number;
  of: DurationField;
  /** The multiple that the example shows. */
  example: number;
}

const inequalities: readonly Inequality[] = [
  { field: 'interval', bound: 'at least', times: 1, of: 'suspectInterval', example: 5 },
  { field: 'probeTimeout', bound: 'less than', times: 2, of: 'suspectInterval', example: 1.5 },
  { field: 'window', bound: 'at least', times: 10, of: 'suspectInterval', example: 30 },
  { field: 'window', bound: 'at least', times: 3, of: 'interval', example: 6 },
  { field: 'majorityAfter', bound: 'at least', times: 3, of: 'window', example: 5 },
  { field: 'cooldown', bound: 'at least', times: 10, of: 'window', example: 60 },
  { field: 'tableBackAfter', bound: 'at least', times: 1, of: 'window', example: 5 },
  { field: 'batch', bound: 'at least', times: 1, of: 'interval', example: 12 },
  { field: 'voteMaxAge', bound: 'at least', times: 1.25, of: 'batch', example: 1.5 },
];

/** With less, a vantage would spend all its time probing. */
const shortestMs: Partial<Record<DurationField, number>> = { suspectInterval: 500, probeTimeout: 100 };

export function policyProblems({ policy = {}, vantages, table }: PartialSite): Problem[] {
  const count = Object.keys(vantages ?? {}).length;
  const enough = policy.minEligible === undefined || !vantages || policy.minEligible <= count;
  const filled = { ...policy, tableBackAfter: policy.tableBackAfter ?? (table && tableBackAfterMs) };
  return [
    ...Object.entries(shortestMs).flatMap(([field, ms]) => {
      const value = policy[field as DurationField];
      const words = formatDuration(ms);
      return problemUnless(
        value === undefined || value >= ms,
        `policy.${field}`,
        `must be at least ${words}, for example ${formatDuration(4 * ms)}`,
      );
    }),
    ...inequalities.flatMap((inequality) => inequalityProblems(filled, inequality)),
    ...problemUnless(
      enough,
      'policy.minEligible',
      `is larger than the number of vantages; it must be from 2 to ${count}, for example 2`,
    ),
  ];
}

function inequalityProblems(
  policy: NonNullable<PartialSite['policy']>,
  { field, bound, times, of, example }: Inequality,
): Problem[] {
  const [value, other] = [policy[field], policy[of]];
  if (value === undefined || other === undefined) return [];
  const holds = bound === 'at least' ? value >= times * other : value < times * other;
  const amount = times === 1 ? `policy.${of}` : `${times} times policy.${of}`;
  const words = `must be ${bound} ${amount} (${formatDuration(times * other)}), for example ${formatDuration(example * other)}`;
  return problemUnless(holds, `policy.${field}`, words);
}
