/** What the kinds of a region's parts say of their own fields, and which of them both regions must share. */
import type { RegionKinds } from '../providers/region-kinds';
import type { Draft } from './draft';
import { unless, type Problem } from './problems';

const parts = ['database', 'sessions', 'settings', 'media'] as const;
/** One region's replicates from the other's, or copies it. */
const shared: readonly (typeof parts)[number][] = ['database', 'sessions', 'media'];

export function kindProblems({ regions = {} }: Draft, kinds: RegionKinds): Problem[] {
  return parts.flatMap((part) => {
    const named = Object.entries(regions).flatMap(([name, region]) => {
      const options = region?.[part];
      return options?.kind === undefined ? [] : [{ name, kind: options.kind, options }];
    });
    const [first, ...others] = named;
    const other = others.find(({ kind }) => kind !== first?.kind);
    const alike = first === undefined || other === undefined || !shared.includes(part);
    return [
      ...named.flatMap(({ name, kind, options }) => {
        const misfits = kinds[part].find((each) => each.kind === kind)?.misfits(options) ?? [];
        return misfits.map(({ field, because }) => ({ path: `regions.${name}.${part}.${field}`, because }));
      }),
      ...unless(
        alike,
        `regions.${other?.name ?? ''}.${part}.kind`,
        `is not that of region ${first?.name ?? ''}, and the two must work with each other; for example ${first?.kind ?? ''}`,
      ),
    ];
  });
}
