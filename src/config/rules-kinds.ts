/** Rules of the kinds of a region's parts for their own fields, and for parts that must have the same kind in both regions. */
import type { RegionKinds } from '../providers/region-kinds';
import type { PartialSite } from './partial-site';
import { problemUnless, type Problem } from './problems';

const parts = ['database', 'sessions', 'settings', 'media'] as const;
/** Parts that replicate or copy from the other region's. */
const paired: readonly (typeof parts)[number][] = ['database', 'sessions', 'media'];

export function kindProblems({ regions = {} }: PartialSite, kinds: RegionKinds): Problem[] {
  return parts.flatMap((part) => {
    const named = Object.entries(regions).flatMap(([name, region]) => {
      const options = region?.[part];
      return options?.kind === undefined ? [] : [{ name, kind: options.kind, options }];
    });
    const [first, ...others] = named;
    const other = others.find(({ kind }) => kind !== first?.kind);
    const sameKind = first === undefined || other === undefined || !paired.includes(part);
    return [
      ...named.flatMap(({ name, kind, options }) => {
        const conflicts = kinds[part].find((each) => each.kind === kind)?.conflicts(options) ?? [];
        return conflicts.map(({ field, because }) => ({ path: `regions.${name}.${part}.${field}`, because }));
      }),
      ...problemUnless(
        sameKind,
        `regions.${other?.name ?? ''}.${part}.kind`,
        `is not the same as in region ${first?.name ?? ''}, although the two replicate from each other; for example ${first?.kind ?? ''}`,
      ),
    ];
  });
}
