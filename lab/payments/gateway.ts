import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { z } from 'zod';
import { openLedger, type Ledger } from './ledger';
import { readArguments, runProcess } from './process';
import { close, jsonServer, listen, parseBody, Refusal, type Answer, type Call } from './server';

const moneyPattern = /^\d{1,12}\.\d{2}$/;
const chargeBody = z.object({
  intent: z.string().min(1).max(200),
  amount: z.string().regex(moneyPattern, 'must be a decimal string such as "25.98"'),
  currency: z.string().length(3),
  orderKey: z.string().min(1).max(200),
});
const refundBody = z.object({ intent: z.string().min(1).max(200) });
const ledgerLine = z.object({
  kind: z.enum(['charge', 'refund']),
  id: z.string(),
  intent: z.string(),
  amount: z.string(),
  orderKey: z.string(),
  repeated: z.boolean(),
});

type Line = z.infer<typeof ledgerLine>;
/** Ledger lines by intent. They are promises, so that a repeat that arrives before the first sync waits for it. */
type Entries = Map<string, Promise<Line>>;

interface Records {
  charge: Entries;
  refund: Entries;
}

/**
 * The payment gateway of the lab: at most one charge and one refund per intent, also across its own restarts.
 * Every charge, refund and repeat is a line in the ledger, synced before the answer.
 */
export async function createGateway(ledgerPath: string): Promise<{ server: Server; stop: () => Promise<void> }> {
  const records: Records = { charge: new Map(), refund: new Map() };
  const ledger = await openLedger(ledgerPath, (raw) => {
    const line = ledgerLine.parse(raw);
    if (!line.repeated) records[line.kind].set(line.intent, Promise.resolve(line));
  });
  const server = jsonServer((call) => route(call, records, ledger));
  return {
    server,
    stop: async () => {
      await close(server);
      await ledger.close();
    },
  };
}

async function route(call: Call, records: Records, ledger: Ledger): Promise<Answer> {
  const intent = /^\/charges\/([^/]+)$/.exec(call.path)?.[1];
  if (call.method === 'GET' && intent !== undefined) return findCharge(decodeURIComponent(intent), records);
  if (call.method === 'POST' && call.path === '/charges') return charge(call, records, ledger);
  if (call.method === 'POST' && call.path === '/refunds') return refund(call, records, ledger);
  throw new Refusal(404, `the gateway has no ${call.method} ${call.path}; it has /charges and /refunds`);
}

async function findCharge(intent: string, records: Records): Promise<Answer> {
  const found = await records.charge.get(intent);
  if (!found) throw new Refusal(404, `intent ${intent} was never charged`);
  return { status: 200, body: answerOf(found, true) };
}

async function charge(call: Call, records: Records, ledger: Ledger): Promise<Answer> {
  const { intent, amount, orderKey } = parseBody(chargeBody, call.body);
  if (call.headers['idempotency-key'] !== intent) {
    throw new Refusal(400, `header Idempotency-Key must be the intent, "${intent}"`);
  }
  return recordOnce('charge', { intent, amount, orderKey }, records, ledger);
}

async function refund(call: Call, records: Records, ledger: Ledger): Promise<Answer> {
  const { intent } = parseBody(refundBody, call.body);
  const charged = await records.charge.get(intent);
  if (!charged) throw new Refusal(409, `intent ${intent} was never charged, so there is nothing to refund`);
  return recordOnce('refund', { intent, amount: charged.amount, orderKey: charged.orderKey }, records, ledger);
}

async function recordOnce(
  kind: Line['kind'],
  movement: Pick<Line, 'intent' | 'amount' | 'orderKey'>,
  records: Records,
  ledger: Ledger,
): Promise<Answer> {
  const earlier = records[kind].get(movement.intent);
  if (earlier) {
    const first = await earlier;
    await write(ledger, { ...first, orderKey: movement.orderKey, repeated: true });
    return { status: 200, body: answerOf(first, true) };
  }
  const line = { kind, id: `${kind === 'charge' ? 'ch' : 're'}_${randomUUID()}`, ...movement, repeated: false };
  const synced = write(ledger, line).then(() => line);
  records[kind].set(movement.intent, synced);
  // A line that did not reach the disk does not count: the next request may record it.
  synced.catch(() => records[kind].delete(movement.intent));
  return { status: 201, body: answerOf(await synced, false) };
}

function write(ledger: Ledger, line: Line): Promise<void> {
  return ledger.append({ at: new Date().toISOString(), ...line });
}

function answerOf({ id, intent, amount }: Line, already: boolean) {
  return { id, intent, amount, already };
}

if (require.main === module) {
  const { listen: address, ledger } = readArguments({ listen: undefined, ledger: undefined });
  void runProcess(async () => {
    const { server, stop } = await createGateway(ledger);
    return { ready: `gateway listens on ${await listen(server, address)}`, stop };
  });
}
