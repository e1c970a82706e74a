import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the fake shop does with one request: an answer, or `cut` to break the connection, or `hang` to never answer. */
export type Answer = { status: number; body: unknown; headers?: Record<string, string> } | 'cut' | 'hang';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

export interface FakeShop {
  readonly port: number;
  /** The file with the certificate to trust. */
  readonly ca: string;
  /** A fresh lab folder. */
  readonly lab: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** A shop at 127.0.0.1 under the name www.shop.test that answers as `answer` says. */
export async function fakeShop(answer: (asked: Asked, count: number) => Answer): Promise<FakeShop> {
  const lab = mkdtempSync(join(tmpdir(), 'shoppers-'));
  const [key, ca] = [join(lab, 'key.pem'), join(lab, 'ca.pem')];
  const subject = ['-subj', '/CN=www.shop.test', '-addext', 'subjectAltName=DNS:www.shop.test'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', ca, '-days', '2', ...subject], {
    stdio: 'pipe',
  });
  const asked: Asked[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (request, response) => {
    void handle(request, response, asked, answer);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const close = () => closed(server).then(() => rmSync(lab, { recursive: true, maxRetries: 3 }));
  return { port: (server.address() as AddressInfo).port, ca, lab, asked, close };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  asked: Asked[],
  answer: (asked: Asked, count: number) => Answer,
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString('utf8');
  const json = request.headers['content-type'] === 'application/json' && text !== '';
  const one = {
    method: request.method ?? '',
    path: request.url ?? '',
    body: json ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
  asked.push(one);
  const wanted = answer(one, asked.length);
  if (wanted === 'cut') request.socket.destroy();
  else if (wanted !== 'hang') response.writeHead(wanted.status, wanted.headers).end(JSON.stringify(wanted.body));
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

/** The whole lines of a ledger file; none while it does not exist. */
export function linesOf<T>(lab: string, name: string): T[] {
  try {
    const text = readFileSync(join(lab, 'ledgers', name), 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  } catch {
    return [];
  }
}

/** The order as the shop answers it. */
export function answered(body: Record<string, unknown>): Record<string, unknown> {
  const lines = (body.lines as { sku: string; qty: number }[]).map((line) => ({ ...line, total: '5.00' }));
  const { key, intent } = body;
  const paid = body.pay === 'now';
  const rest = {
    status: paid ? 'processing' : 'pending',
    total: '5.00',
    currency: 'EUR',
    lines,
    transactionId: paid ? 'ch_1' : '',
  };
  return { id: 1, key, intent, ...rest, region: 'A', epoch: 1 };
}
