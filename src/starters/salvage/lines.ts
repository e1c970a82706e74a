/** An item with the rows of both regions, by table and column, as lines for a terminal. */
import type { PileItem } from '../../domain/salvage/pile';
import { sameValue, shown as textOf, type Row, type Value } from '../../domain/salvage/transaction';
import type { RowVersion, Version } from '../../domain/salvage/version';

/** A change of one side, as records of every version have it. */
interface Side {
  table?: string;
  key?: string;
  before?: Row;
  after?: Row;
}

export function itemLines(item: PileItem, detail: unknown, site: string): string[] {
  const {
    version,
    inDeposed = [],
    onPrimary = [],
  } = detail as {
    version?: Version;
    inDeposed?: Side[];
    onPrimary?: Side[];
  };
  const { number, thing, because, decision } = item;
  const rows = version?.rows ?? [];
  const state = decision
    ? `It was ${decision.what} by ${decision.by} at ${decision.at} UTC${decision.because === '' ? '' : `: ${decision.because}`}`
    : 'It is open.';
  return [
    `Item ${String(number)}, ${thing}. ${because}`,
    state,
    ...(rows.length > 0 ? rows.flatMap(versionLines) : []),
    ...(rows.length > 0 ? [] : [...sideLines('deposed region', inDeposed), ...sideLines('primary', onPrimary)]),
    ...(decision ? [] : nextLines(number, site, version)),
  ];
}

function nextLines(number: number, site: string, version: Version | undefined): string[] {
  const close = `To leave the primary as it is: npx handover salvage ${site} dismiss ${String(number)} --because "..."`;
  if (version?.format === 2 && version.byHand === undefined)
    return [`To take the deposed region's: npx handover salvage ${site} apply ${String(number)}`, close];
  const why =
    version?.byHand === undefined ? 'its record does not hold the rows of the deposed region whole' : version.byHand;
  return [`It can't be applied: ${why}. Enter by hand what is missing, then close it.`, close];
}

/** A customer's value must not steer the terminal of the person who reads it. */
const shown = (value: Value | undefined): string =>
  textOf(value).replace(/\p{Cc}/gu, (sign) =>
    JSON.stringify(sign)
      .slice(1, -1)
      .replace(/[\x7f-\x9f]/, '?'),
  );

const keyText = (key: Row) =>
  Object.entries(key)
    .map(([column, value]) => `${column} ${shown(value)}`)
    .join(', ');

function versionLines({ table, key, had, want, add }: RowVersion): string[] {
  const where = Object.keys(key).length === 0 ? 'a new row' : keyText(key);
  const head = `${table}, ${where}${add ? ', a counter' : ''}`;
  if (add)
    return [head, ...Object.entries(add).map(([column, amount]) => `  ${column}: ${amount} more when it is applied`)];
  const columns = Object.keys(want ?? had ?? {}).filter((name) => !had || !want || !sameValue(had[name], want[name]));
  const value = (row: Row | null, name: string) => (row ? shown(row[name]) : 'no such row');
  return [
    head,
    ...columns.flatMap((name) => [
      `  ${name}`,
      `    deposed region: ${value(want, name)}`,
      `    primary:        ${value(had, name)}`,
    ]),
  ];
}

const sideLines = (side: string, changes: readonly Side[]): string[] =>
  changes.flatMap(({ table = '', key = '', before, after }) => [
    `${table} ${key}, in the ${side}${after ? '' : ': deleted'}`,
    ...Object.keys(after ?? before ?? {}).map((name) => {
      const was = before ? `${shown(before[name])} -> ` : '';
      return `  ${name}: ${was}${after ? shown(after[name]) : 'gone'}`;
    }),
  ]);
