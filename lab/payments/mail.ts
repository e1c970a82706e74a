import type { Server } from 'node:http';
import { z } from 'zod';
import { openLedger, type Ledger } from './ledger';
import { readArguments, runProcess } from './process';
import { close, jsonServer, listen, parseBody, Refusal, type Answer, type Call } from './server';

const mailBody = z.object({
  to: z.string().min(3).max(320),
  subject: z.string().min(1).max(500),
  orderKey: z.string().min(1).max(200),
  intent: z.string().min(1).max(200),
});
const ledgerLine = z.object({ key: z.string(), repeated: z.boolean() });

/** The mails sent, by idempotency key. They are promises, so that a repeat that arrives before the first sync waits for it. */
type Sent = Map<string, Promise<void>>;

/**
 * The mail service of the lab: sends one mail per idempotency key, also across its own restarts. To send is to write to its
 * ledger, synced before the answer; a repeated key is recorded and sends nothing.
 */
export async function createMail(ledgerPath: string): Promise<{ server: Server; stop: () => Promise<void> }> {
  const sent: Sent = new Map();
  const ledger = await openLedger(ledgerPath, (raw) => {
    sent.set(ledgerLine.parse(raw).key, Promise.resolve());
  });
  const server = jsonServer((call) => accept(call, sent, ledger));
  return {
    server,
    stop: async () => {
      await close(server);
      await ledger.close();
    },
  };
}

async function accept(call: Call, sent: Sent, ledger: Ledger): Promise<Answer> {
  if (call.method !== 'POST' || call.path !== '/mails') {
    throw new Refusal(404, `the mail service has no ${call.method} ${call.path}; it has POST /mails`);
  }
  const key = call.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') {
    throw new Refusal(400, 'header Idempotency-Key is missing; write it as receipt/INTENT');
  }
  const mail = parseBody(mailBody, call.body);
  const earlier = sent.get(key);
  if (earlier) await earlier;
  const line = { at: new Date().toISOString(), key, ...mail, repeated: earlier !== undefined };
  const synced = ledger.append(line);
  if (!earlier) {
    sent.set(key, synced);
    synced.catch(() => sent.delete(key));
  }
  await synced;
  return { status: 200, body: { repeated: line.repeated } };
}

if (require.main === module) {
  const { listen: address, ledger } = readArguments({ listen: undefined, ledger: undefined });
  void runProcess(async () => {
    const { server, stop } = await createMail(ledger);
    return { ready: `mail listens on ${await listen(server, address)}`, stop };
  });
}
