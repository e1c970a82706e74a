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
/** What has happened to one intent. Promises, so that a repeat that overtakes the first sync waits for it. */
type Book = Map<string, Promise<Line>>;

interface Books {
  charge: Book;
  refund: Book;
}

/**
 * The payment gateway of the lab: one charge and one refund for an intent, for ever, also across its own restarts.
 * Every call that moves money or is repeated leaves a line in the ledger, synced before the answer.
 */
export async function createGateway(ledgerPath: string): Promise<{ server: Server; stop: () => Promise<void> }> {
  const books: Books = { charge: new Map(), refund: new Map() };
  const ledger = await openLedger(ledgerPath, (raw) => {
    const line = ledgerLine.parse(raw);
    if (!line.repeated) books[line.kind].set(line.intent, Promise.resolve(line));
  });
  const server = jsonServer((call) => route(call, books, ledger));
  return {
    server,
    stop: async () => {
      await close(server);
      await ledger.close();
    },
  };
}

async function route(call: Call, books: Books, ledger: Ledger): Promise<Answer> {
  const asked = /^\/charges\/([^/]+)$/.exec(call.path)?.[1];
  if (call.method === 'GET' && asked !== undefined) return findCharge(decodeURIComponent(asked), books);
  if (call.method === 'POST' && call.path === '/charges') return charge(call, books, ledger);
  if (call.method === 'POST' && call.path === '/refunds') return refund(call, books, ledger);
  throw new Refusal(404, `there is no ${call.method} ${call.path}; this gateway knows /charges and /refunds`);
}

async function findCharge(intent: string, books: Books): Promise<Answer> {
  const found = await books.charge.get(intent);
  if (!found) throw new Refusal(404, `intent ${intent} was never charged`);
  return { status: 200, body: answerOf(found, true) };
}

async function charge(call: Call, books: Books, ledger: Ledger): Promise<Answer> {
  const { intent, amount, orderKey } = parseBody(chargeBody, call.body);
  if (call.headers['idempotency-key'] !== intent) {
    throw new Refusal(400, `header Idempotency-Key must be the intent, here "${intent}"`);
  }
  return book('charge', { intent, amount, orderKey }, books, ledger);
}

async function refund(call: Call, books: Books, ledger: Ledger): Promise<Answer> {
  const { intent } = parseBody(refundBody, call.body);
  const charged = await books.charge.get(intent);
  if (!charged) throw new Refusal(409, `intent ${intent} was never charged, so there is nothing to refund`);
  return book('refund', { intent, amount: charged.amount, orderKey: charged.orderKey }, books, ledger);
}

async function book(
  kind: Line['kind'],
  movement: Pick<Line, 'intent' | 'amount' | 'orderKey'>,
  books: Books,
  ledger: Ledger,
): Promise<Answer> {
  const earlier = books[kind].get(movement.intent);
  if (earlier) {
    const first = await earlier;
    await write(ledger, { ...first, orderKey: movement.orderKey, repeated: true });
    return { status: 200, body: answerOf(first, true) };
  }
  const line = { kind, id: `${kind === 'charge' ? 'ch' : 're'}_${randomUUID()}`, ...movement, repeated: false };
  const synced = write(ledger, line).then(() => line);
  books[kind].set(movement.intent, synced);
  // A line that never reached the disk never happened: the next try may book it.
  synced.catch(() => books[kind].delete(movement.intent));
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
