/** Many transactions decided on one look at the primary come out as if each had been carried out before the next was decided. */
import { decideAll, inBatches, type Errant } from '../../src/domain/salvage/batch';
import { rowName } from '../../src/domain/salvage/naming';
import { oversoldSentences } from '../../src/domain/salvage/oversold';
import { ruleOn } from '../../src/domain/salvage/rule';
import {
  shown,
  type Change,
  type ErrantTransaction,
  type Row,
  type Shapes,
} from '../../src/domain/salvage/transaction';
import type { KeptOrder, KnownRows, Ruling, Write } from '../../src/domain/salvage/ruling';

const column = (name: string, unsigned = false) => ({ name, kind: 'text' as const, unsigned, charset: '' });
const tables: Record<string, { columns: string[]; primary: string[]; uniques?: string[][] }> = {
  wp_wc_orders: {
    columns: ['id', 'status', 'currency', 'total_amount', 'transaction_id', 'date_updated_gmt'],
    primary: ['id'],
  },
  wp_wc_order_operational_data: {
    columns: ['id', 'order_id', 'order_key', 'payment_intent'],
    primary: ['id'],
    uniques: [['order_key'], ['payment_intent']],
  },
  wp_handover_stock: { columns: ['sku', 'stock'], primary: ['sku'] },
  wp_handover_order_aliases: { columns: ['order_key', 'order_id', 'because'], primary: ['order_key'] },
  wp_handover_event_outbox: { columns: ['order_id', 'kind'], primary: ['order_id', 'kind'] },
  wp_options: {
    columns: ['option_id', 'option_name', 'option_value'],
    primary: ['option_id'],
    uniques: [['option_name']],
  },
  wp_child: { columns: ['id', 'option_id'], primary: ['id'] },
};
const shapes: Shapes = new Map(
  Object.entries(tables).map(([name, { columns, primary, uniques = [] }]) => [
    name,
    {
      name,
      primary,
      uniques,
      columns: columns.map((each) => column(each)),
      references: name === 'wp_options' ? [{ child: 'wp_child', columns: ['option_id'], refersTo: ['option_id'] }] : [],
    },
  ]),
);

/** A primary as rows; reads and writes them as a server would. */
class Primary {
  readonly rows: Map<string, Row[]>;
  readonly merged: Map<string, string>;

  constructor(rows: Record<string, Row[]> = {}, merged = new Map<string, string>()) {
    this.rows = new Map(Object.keys(tables).map((name) => [name, [...(rows[name] ?? [])]]));
    this.merged = merged;
  }

  known(): KnownRows {
    return {
      shapes,
      counters: new Set(['wp_handover_stock.stock']),
      find: (table, key) =>
        this.rows
          .get(table)
          ?.find((row) => Object.entries(key).every(([name, value]) => value !== null && row[name] === value)),
      children: (_table, { child, columns: [own = ''], refersTo: [target = ''] }, row) =>
        (this.rows.get(child) ?? []).filter((each) => each[own] === row[target]).length,
      referring: (table, column, id) => (this.rows.get(table) ?? []).filter((row) => row[column] === id),
      rival: ({ id, key, intent }) => {
        const other = (this.rows.get('wp_wc_order_operational_data') ?? []).find(
          (row) => row['order_id'] !== id && (row['order_key'] === key || row['payment_intent'] === intent),
        );
        return other && this.kept(shown(other['order_id']));
      },
      mergedInto: (id) => this.kept(this.merged.get(id) ?? ''),
    };
  }

  private kept(id: string): KeptOrder | undefined {
    const own = this.known().find('wp_wc_order_operational_data', { order_id: id });
    const header = this.known().find('wp_wc_orders', { id });
    return own && header && { id, key: shown(own['order_key']), intent: shown(own['payment_intent']), header };
  }

  carryOut(ruling: Ruling): void {
    ruling.writes.forEach((write) => this.write(write));
    if (ruling.outcome === 'merged' && ruling.keptOrderId !== '') this.merged.set(ruling.orderId, ruling.keptOrderId);
  }

  private write(write: Write): void {
    const rows = this.rows.get(write.table) ?? [];
    const primary = tables[write.table]?.primary ?? [];
    const key = write.action === 'insert' ? write.row : write.key;
    const at = rows.findIndex((row) => primary.every((name) => row[name] === key[name]));
    if (write.action === 'delete') rows.splice(at, 1);
    else if (write.action === 'insert') {
      if (at < 0) rows.push(write.row);
      else if (!write.ifAbsent) throw new Error(`Duplicate entry of ${write.table}`);
    } else {
      const added = Object.entries(write.add).map(([name, by]) => [
        name,
        String(BigInt(shown(rows[at]?.[name])) + BigInt(by)),
      ]);
      rows[at] = { ...rows[at], ...write.set, ...(Object.fromEntries(added) as Row) };
    }
  }
}

/** Numbers from a seed, 0 up to `below`. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const header = (id: string, status: string, charge: string | null): Row => ({
  id,
  status,
  currency: 'EUR',
  total_amount: '1',
  transaction_id: charge,
  date_updated_gmt: '1',
});

/** A change of few rows, so that they meet; most, but not all, fit what is there. */
function randomChange(roll: (below: number) => number, there: Primary): Change[] {
  const id = String(1 + roll(4));
  const any = (table: string) => {
    const rows = there.rows.get(table) ?? [];
    return rows[roll(rows.length || 1)];
  };
  const option = { option_id: id, option_name: `n${roll(3)}`, option_value: `v${roll(3)}` };
  const stock = any('wp_handover_stock') ?? { sku: 'a', stock: '1' };
  const old = any('wp_options') ?? option;
  const order = any('wp_wc_orders') ?? header(id, 'pending', null);
  const paid = header(id, 'processing', `c${roll(2)}`);
  const child = any('wp_child') ?? { id, option_id: '1' };
  const choices: Change[][] = [
    [{ action: 'insert', table: 'wp_options', after: option }],
    [
      {
        action: 'update',
        table: 'wp_options',
        before: old,
        after: { ...old, option_name: `n${roll(3)}`, option_value: 'x' },
      },
    ],
    [{ action: 'delete', table: 'wp_options', before: old }],
    [{ action: 'insert', table: 'wp_child', after: { id, option_id: shown(old['option_id']) } }],
    [{ action: 'delete', table: 'wp_child', before: child }],
    [
      {
        action: 'update',
        table: 'wp_handover_stock',
        before: stock,
        after: { ...stock, stock: String(Number(stock['stock']) - 1) },
      },
    ],
    [
      { action: 'insert', table: 'wp_wc_orders', after: roll(2) === 0 ? header(id, 'pending', null) : paid },
      {
        action: 'insert',
        table: 'wp_wc_order_operational_data',
        after: { id, order_id: id, order_key: `k${roll(4)}`, payment_intent: `i${roll(4)}` },
      },
    ],
    [
      {
        action: 'update',
        table: 'wp_wc_orders',
        before: order,
        after: { ...order, status: 'processing', transaction_id: `c${roll(2)}` },
      },
    ],
    [{ action: 'insert', table: 'wp_handover_event_outbox', after: { order_id: id, kind: 'mail' } }],
    [
      {
        action: 'insert',
        table: 'wp_handover_order_aliases',
        after: { order_key: `k${roll(4)}`, order_id: id, because: '' },
      },
    ],
  ];
  return choices[roll(choices.length)] ?? [];
}

const errant = (n: number, changes: Change[]): Errant => {
  const tx: ErrantTransaction = { gtid: `0-1-${n}`, atMs: 0, changes, statements: [], unread: [] };
  return { tx, tainted: () => false, made: () => false };
};

test('2,000 random batches are decided as one transaction after the other, and leave the same rows', () => {
  const outcomes = new Set<string>();
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const roll = dice(seed);
    const start: Record<string, Row[]> = {
      wp_options: [{ option_id: '1', option_name: 'n0', option_value: 'v0' }],
      wp_child: [{ id: '1', option_id: '1' }],
      wp_handover_stock: [{ sku: 'a', stock: '2' }],
      wp_wc_orders: [header('1', 'pending', null)],
      wp_wc_order_operational_data: [{ id: '1', order_id: '1', order_key: 'k0', payment_intent: 'i0' }],
    };
    const merged = new Map(roll(2) === 0 ? [['3', '1']] : []);
    const [oneByOne, together] = [new Primary(start, new Map(merged)), new Primary(start, new Map(merged))];
    const batch: Errant[] = [];
    const single = Array.from({ length: 8 }, (_, n) => {
      const changes = Array.from({ length: 1 + roll(2) }, () => randomChange(roll, oneByOne)).flat();
      batch.push(errant(n, changes));
      const ruling = ruleOn(errant(n, changes).tx, { ...oneByOne.known(), tainted: () => false, made: () => false });
      oneByOne.carryOut(ruling);
      return ruling;
    });
    const rulings = decideAll(batch, together.known(), ruleOn);
    rulings.forEach((ruling) => together.carryOut(ruling));
    expect({ seed, rulings, rows: together.rows }).toEqual({ seed, rulings: single, rows: oneByOne.rows });
    for (const { outcome } of rulings) outcomes.add(outcome);
  }
  expect([...outcomes].sort()).toEqual(['copied', 'listed', 'merged', 'order', 'skipped', 'update']);
});

test('batches end at their limits, and a transaction that is larger than one is alone', async () => {
  const log = async function* () {
    for (const [n, characters] of [10, 10, 500, 10, 10, 10].entries())
      yield await Promise.resolve(
        errant(n, [{ action: 'insert', table: 'wp_options', after: { option_id: 'x'.repeat(characters) } }]),
      );
  };
  const sizes: number[] = [];
  for await (const batch of inBatches(log(), { transactions: 2, characters: 100 })) sizes.push(batch.length);
  expect(sizes).toEqual([2, 1, 2, 1]);
});

test('a sentence names a row by its number, and by its text only where the table counts what the shop sells', () => {
  const counters = new Set(['wp_handover_stock.stock']);
  expect(rowName('wp_options', { option_id: '7' }, counters)).toBe('wp_options 7');
  expect(rowName('wp_sessions', { session_key: 'secret' }, counters)).toBe('wp_sessions session_key');
  expect(rowName('wp_handover_stock', { sku: 'sku-01' }, counters)).toBe('wp_handover_stock sku-01');
});

test('oversold stock is named once, as the last transaction left it', () => {
  const stock = { table: 'wp_handover_stock', key: 'sku-01', column: 'stock' };
  expect(
    oversoldSentences([
      { gtid: '0-1-5', oversold: [{ ...stock, missing: '1', applied: true }] },
      { gtid: '0-1-6', oversold: [] },
      {
        gtid: '0-1-7',
        oversold: [
          { ...stock, missing: '3', applied: true },
          { ...stock, key: 'sku-02', missing: '2', applied: false },
        ],
      },
    ]),
  ).toEqual([
    'wp_handover_stock sku-01: stock is 3 below zero since 0-1-7',
    'wp_handover_stock sku-02: stock would be 2 below zero by 0-1-7, which is left to a person',
  ]);
});
