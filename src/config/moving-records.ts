/** Which DNS records a move changes. */
import { canonicalAddress } from '../fields/addresses';

type Values = Readonly<Record<string, readonly (string | undefined)[] | undefined>>;

/** True when a record has the same values in every region: a traffic switch moves the customers, and the record does not change. */
export function sameInEveryRegion({ values = {} }: { values?: Values | undefined }): boolean {
  const sets = Object.values(values).map((list) =>
    list
      ?.map((each) => each && canonicalAddress(each))
      .sort()
      .join(),
  );
  return sets.length > 1 && sets.every((set) => set !== undefined && set === sets[0]);
}

/** The records that a move changes. */
export function movingRecords<R extends { values: Readonly<Record<string, readonly string[]>> }>(
  records: readonly R[],
): R[] {
  return records.filter((record) => !sameInEveryRegion(record));
}
