/** The acts of a recorded shop that the lab's shop performs too, cut out of its log. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { columnsIn, shapesIn, type Shape } from './shapes';

export interface RecordedAct {
  /** How many lines its order has. */
  lines: number;
  shapes: Shape[];
}

interface Asked {
  order?: number;
  status?: string;
  items?: unknown[];
  coupons?: unknown[];
  user?: string | null;
  op?: string;
  args?: { order: number; items?: string; restock?: boolean };
  answer?: { refund?: number };
}

/** Reads the set when it is first asked for; `scratch` names a file to use. */
export function recordedActs(set: string, scratch: () => string): () => Record<string, RecordedAct | undefined> {
  let known: Record<string, RecordedAct | undefined> | undefined;
  return () => (known ??= actsIn(logOf(set, scratch()), askedIn(set)));
}

function logOf(set: string, file: string): Shape[] {
  const columns = columnsIn(readFileSync(join(set, 'schema.sql'), 'utf8'));
  const logs = readdirSync(join(set, 'binlog-a')).sort();
  return logs.flatMap((name) => {
    writeFileSync(file, gunzipSync(readFileSync(join(set, 'binlog-a', name))));
    return shapesIn(file, columns);
  });
}

const askedIn = (set: string): Asked[] =>
  readFileSync(join(set, 'driver-a.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Asked);

function actsIn(log: readonly Shape[], asked: readonly Asked[]): Record<string, RecordedAct | undefined> {
  const made = (id: number) =>
    log.findIndex(({ table, action, after }) => table === 'posts' && action === 'insert' && after['ID'] === String(id));
  const next = (from: number, is: (shape: Shape) => boolean) =>
    log.findIndex((shape, index) => index >= from && is(shape));
  const guests = asked.filter(
    ({ user, coupons, order }) => user === null && coupons?.length === 0 && made(order ?? 0) >= 0,
  );
  const linesOf = (order: number) => asked.find((each) => each.order === order)?.items?.length ?? 0;
  const cut = (lines: number, from: number, until: number): RecordedAct | undefined =>
    from < 0 || until < from ? undefined : { lines, shapes: log.slice(from, until + 1) };

  const held = guests.find(({ status, items }) => status === 'on-hold' && items?.length === 1);
  const start = held ? made(held.order ?? 0) : -1;
  const checkout = cut(
    1,
    start,
    next(start, ({ after }) => after['meta_key'] === '_debug_log_source_pending_deletion'),
  );

  const isGuest = (order: number) => asked.find((each) => each.order === order)?.user === null;
  const noteOf = (order: number) =>
    log.findIndex(
      ({ after }) =>
        after['comment_post_ID'] === String(order) && (after['comment_content'] ?? '').startsWith('Payment via'),
    );
  const paid = asked.flatMap(({ op, args }) =>
    op === 'paid' && args !== undefined && isGuest(args.order) ? [noteOf(args.order)] : [],
  );
  const noted = paid.find((place) => place >= 0) ?? -1;
  const payment = cut(
    1,
    noted,
    next(noted, ({ after }) => after['meta_value'] === 'email_notification'),
  );

  const back = asked.find(({ op, args }) => op === 'refund' && args?.items === 'all' && args.restock === false);
  const refunded = made(back?.answer?.refund ?? 0);
  const logged = (from: number) => next(from, ({ table }) => table === 'actionscheduler_logs');
  const refund = cut(linesOf(back?.args?.order ?? 0), refunded, logged(logged(refunded) + 1));

  const started = log.findIndex(
    ({ after }, index) =>
      (after['message'] ?? '').startsWith('action started') &&
      log[index + 1]?.after['hook'] === 'wc-admin_import_orders' &&
      log[index + 2]?.table === 'wc_customer_lookup' &&
      log[index + 4]?.table === 'wc_order_product_lookup' &&
      log[index + 5]?.table !== 'wc_order_product_lookup' &&
      log[index + 5]?.table !== 'wc_order_coupon_lookup',
  );
  const run = cut(
    1,
    started,
    next(started, ({ after, table }) => table === 'actionscheduler_actions' && after['status'] === 'complete'),
  );
  return { checkout, payment, refund, run };
}
