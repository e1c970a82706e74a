import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway } from '../../lab/payments/gateway';
import { listen } from '../../lab/payments/server';

let folder: string;
let ledger: string;
let stop: () => Promise<void>;
let url: string;

async function start() {
  const gateway = await createGateway(ledger);
  stop = gateway.stop;
  url = `http://${await listen(gateway.server, '127.0.0.1:0')}`;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  ledger = join(folder, 'ledgers', 'gateway.jsonl');
  await start();
});

afterEach(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

async function post(path: string, body: object, key?: string) {
  const answer = await fetch(url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const order = (intent: string, orderKey = `key-${intent}`) => ({
  intent,
  amount: '25.98',
  currency: 'EUR',
  orderKey,
});
const charge = (intent: string, orderKey?: string) => post('/charges', order(intent, orderKey), intent);
const lines = () =>
  readFileSync(ledger, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the payment gateway', () => {
  it('charges an intent once and tells a repeat what it did the first time', async () => {
    const first = await charge('pi-1');
    const second = await charge('pi-1', 'another-key');
    expect(first).toMatchObject({ status: 201, body: { intent: 'pi-1', amount: '25.98', already: false } });
    expect(second).toMatchObject({ status: 200, body: { id: first.body['id'], already: true } });
    expect(lines()).toMatchObject([
      { kind: 'charge', intent: 'pi-1', orderKey: 'key-pi-1', repeated: false },
      { kind: 'charge', intent: 'pi-1', orderKey: 'another-key', repeated: true },
    ]);
  });

  it('makes one charge of many simultaneous attempts at one intent', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => charge('pi-1')));
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1);
    expect(answers.filter(({ body }) => body['already'] === false)).toHaveLength(1);
    expect(lines().filter((line) => line['repeated'] === false)).toHaveLength(1);
  });

  it('has each line on disk before it answers', async () => {
    await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const { body } = await charge(`pi-${n}`);
        expect(readFileSync(ledger, 'utf8')).toContain(String(body['id']));
      }),
    );
    expect(lines()).toHaveLength(50);
  });

  it('remembers its charges and refunds after a restart that tore the last line', async () => {
    const first = await charge('pi-1');
    const refunded = await post('/refunds', { intent: 'pi-1' });
    await stop();
    appendFileSync(ledger, '{"kind":"charge","id":"ch_to');
    await start();
    expect((await charge('pi-1')).body).toMatchObject({ id: first.body['id'], already: true });
    expect((await post('/refunds', { intent: 'pi-1' })).body).toMatchObject({ id: refunded.body['id'], already: true });
    expect(lines()).toHaveLength(4);
  });

  it('refunds the amount that was charged, once', async () => {
    await charge('pi-1');
    const first = await post('/refunds', { intent: 'pi-1' });
    expect(first).toMatchObject({ status: 201, body: { intent: 'pi-1', amount: '25.98', already: false } });
    expect((await post('/refunds', { intent: 'pi-1' })).body['already']).toBe(true);
  });

  it('refuses to refund what it never charged', async () => {
    expect(await post('/refunds', { intent: 'pi-9' })).toEqual({
      status: 409,
      body: { because: 'intent pi-9 was never charged, so there is nothing to refund' },
    });
  });

  it('tells whether an intent was charged', async () => {
    await charge('pi/1');
    expect((await fetch(`${url}/charges/pi%2F1`)).status).toBe(200);
    expect((await fetch(`${url}/charges/pi-2`)).status).toBe(404);
  });

  it.each([
    ['an amount that is a number', { ...order('pi-1'), amount: 25.98 }, 'pi-1', /^amount: /],
    ['an amount of three digits', { ...order('pi-1'), amount: '25.981' }, 'pi-1', /must be a decimal string such as/],
    ['no order key', { ...order('pi-1'), orderKey: undefined }, 'pi-1', /^orderKey: /],
    ['a key that is not the intent', order('pi-1'), 'pi-2', /Idempotency-Key must be the intent, "pi-1"/],
    ['no key', order('pi-1'), undefined, /Idempotency-Key must be the intent/],
  ])('refuses %s and books nothing', async (_, body, key, because) => {
    const answer = await post('/charges', body, key);
    expect(answer.status).toBe(400);
    expect(answer.body['because']).toMatch(because);
    expect(readFileSync(ledger, 'utf8')).toBe('');
  });
});
