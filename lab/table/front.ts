import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { openLedger } from '../payments/ledger';
import { readArguments, runProcess } from '../payments/process';
import { close, jsonServer, listen, parseBody, readBody, Refusal, type Answer, type Call } from '../payments/server';
import { authenticate, authorize, readCallers, replicationToken, type Callers } from './access';
import { faultAnswer, faultMode, type ApiError, type FaultMode } from './faults';
import { effectOf, perform } from './operations';
import { Replica, type JournalLine } from './replica';
import { REPLICATION_PATH, startReplication } from './replication';
import { openStore, type Store } from './store';
import type { Version } from './version';

export interface FrontOptions {
  /** The region's name for AWS clients, such as `lab-a`. */
  region: string;
  /** `HOST:PORT` for callers and for the peer. */
  listen: string;
  peer: { region: string; url: string };
  /** Path of the control API's unix socket; the store's socket is in the same folder. */
  control: string;
  /** File with every write that this region has acknowledged. */
  journal: string;
  secrets: string;
}

interface FrontState {
  callers: Callers;
  store: Store;
  replica: Replica;
  region: string;
  peer: string;
  fault: FaultMode;
}

/** Starts one region's DynamoDB endpoint; resolves to its address and how to stop it. */
export async function startFront(options: FrontOptions): Promise<{ address: string; stop: () => Promise<void> }> {
  const lines: JournalLine[] = [];
  const journal = await openLedger(options.journal, (line) => lines.push(line as JournalLine), 'written');
  const store = await openStore(`${options.control}.store`);
  const replica = new Replica(options.region, store, journal);
  await replica.restore(lines);
  const callers = readCallers(options.secrets);
  const front: FrontState = {
    callers,
    store,
    replica,
    region: options.region,
    peer: options.peer.region,
    fault: 'none',
  };
  const token = replicationToken(callers);
  const api = apiServer(front, token);
  const control = jsonServer((call) => Promise.resolve(controlAnswer(call, front)));
  const address = await listen(api, options.listen);
  await listen(control, options.control);
  const stopReplication = startReplication(replica, { url: options.peer.url, token });
  return {
    address,
    stop: async () => {
      await Promise.all([stopReplication(), close(api), close(control)]);
      await store.stop();
      await journal.close();
    },
  };
}

function apiServer(front: FrontState, token: string): Server {
  return createServer((request, response) => {
    const answer = request.url === REPLICATION_PATH ? replicate(request, front, token) : api(request, front);
    answer.then(
      ({ status, body }) => {
        write(response, status, body);
      },
      (error: unknown) => {
        console.error(error);
        const type = error instanceof Refusal ? 'ValidationException' : 'InternalServerError';
        const failure = { status: error instanceof Refusal ? 400 : 500, type, message: String(error) };
        write(response, failure.status, errorBody(failure));
      },
    );
  });
}

async function api(request: IncomingMessage, front: FrontState): Promise<{ status: number; body: string }> {
  const body = await readBody(request);
  const fault = await faultAnswer(front.fault);
  if (fault) return failed(fault);
  const caller = authenticate(request.headers, body, front.callers);
  if ('type' in caller) return failed(caller);
  const operation = String(request.headers['x-amz-target'] ?? '').replace(/^DynamoDB_20120810\./, '');
  const effect = effectOf(operation, body);
  const denied = authorize(caller, operation, effect.keys);
  if (denied) return failed(denied);
  return perform(operation, body, effect, front);
}

async function replicate(
  request: IncomingMessage,
  front: FrontState,
  token: string,
): Promise<{ status: number; body: string }> {
  const body = await readBody(request);
  if (request.headers['x-replication-token'] !== token) {
    return failed({ status: 403, type: 'AccessDeniedException', message: 'Only the peer may replicate.' });
  }
  const { versions } = JSON.parse(body) as { versions: Version[] };
  await front.replica.apply(versions);
  return { status: 200, body: '{}' };
}

function controlAnswer(call: Call, front: FrontState): Answer {
  if (call.method === 'POST' && call.path === '/fault') {
    front.fault = faultMode(parseBody(z.object({ mode: z.string() }), call.body).mode);
    return { status: 200, body: { mode: front.fault } };
  }
  const versions = [...front.replica.versions.values()];
  const live = versions.filter(({ item }) => item !== null);
  if (call.method === 'GET' && call.path === '/state') {
    const { outbox, dropped } = front.replica;
    return { status: 200, body: { mode: front.fault, outbox: outbox.size, dropped, items: live.length } };
  }
  if (call.method === 'GET' && call.path === '/items') {
    const items = live.map(({ pk, item, stamp, region }) => ({ pk, item, stamp, region }));
    const gone = versions.filter(({ item }) => item === null);
    return { status: 200, body: { items, tombstones: gone.map(({ pk, stamp, region }) => ({ pk, stamp, region })) } };
  }
  throw new Refusal(404, `the table has no ${call.method} ${call.path}; it has /fault, /state and /items`);
}

function failed(error: ApiError): { status: number; body: string } {
  return { status: error.status, body: errorBody(error) };
}

function errorBody({ type, message }: ApiError): string {
  return JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message });
}

function write(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
}

if (require.main === module) {
  const names = {
    region: undefined,
    listen: undefined,
    peer: undefined,
    control: undefined,
    journal: undefined,
    secrets: undefined,
  };
  const given = readArguments(names);
  void runProcess(async () => {
    const [region, url] = given.peer.split('=');
    if (!region || !url) throw new Error(`--peer is "${given.peer}": write it as lab-b=http://203.0.113.10:8000`);
    const { address, stop } = await startFront({ ...given, peer: { region, url } });
    return { ready: `table ${given.region} listens on ${address}`, stop };
  });
}
