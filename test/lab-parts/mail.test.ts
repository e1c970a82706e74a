import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMail } from '../../lab/payments/mail';
import { listen } from '../../lab/payments/server';

let folder: string;
let ledger: string;
let stop: () => Promise<void>;
let url: string;

async function start() {
  const mail = await createMail(ledger);
  stop = mail.stop;
  url = `http://${await listen(mail.server, '127.0.0.1:0')}`;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mail-'));
  ledger = join(folder, 'mail.jsonl');
  await start();
});

afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

const receipt = { to: 'customer-7@customers.test', subject: 'Your order', orderKey: 'key-1', intent: 'pi-1' };

async function send(key: string | undefined, body: object = receipt) {
  const answer = await fetch(`${url}/mails`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const lines = () =>
  readFileSync(ledger, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the mail service', () => {
  it('sends one mail for a key and notes every repeat', async () => {
    expect(await send('receipt/pi-1')).toEqual({ status: 200, body: { repeated: false } });
    expect(await send('receipt/pi-1')).toEqual({ status: 200, body: { repeated: true } });
    expect(lines()).toMatchObject([
      { key: 'receipt/pi-1', ...receipt, repeated: false },
      { key: 'receipt/pi-1', ...receipt, repeated: true },
    ]);
  });

  it('sends one mail when the same key arrives twenty times at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => send('receipt/pi-1')));
    expect(lines().filter((line) => line['repeated'] === false)).toHaveLength(1);
  });

  it('remembers its keys after a restart', async () => {
    await send('receipt/pi-1');
    await stop();
    await start();
    expect((await send('receipt/pi-1')).body).toEqual({ repeated: true });
  });

  it.each([
    ['a mail without key', undefined, receipt, /Idempotency-Key is missing; write it as receipt\/INTENT/],
    ['a mail to nobody', 'receipt/pi-1', { ...receipt, to: undefined }, /^to: /],
  ])('refuses %s and sends nothing', async (_, key, body, because) => {
    const answer = await send(key, body);
    expect(answer.status).toBe(400);
    expect(answer.body['because']).toMatch(because);
    expect(readFileSync(ledger, 'utf8')).toBe('');
  });
});
