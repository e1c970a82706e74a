import { Agent, request } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import dynalite from 'dynalite';
import { close, listen } from '../payments/server';

export const TABLE = 'shop';
const API = 'DynamoDB_20120810';
const BATCH = 25;

/** One attribute map in DynamoDB's own JSON, such as `{pk: {S: 'order#1'}}`. */
export type Item = Record<string, unknown>;

export interface StoreAnswer {
  status: number;
  body: string;
}

export interface Store {
  /** Runs one operation of the API on this region's own copy. */
  call(operation: string, body: string): Promise<StoreAnswer>;
  get(pk: string): Promise<Item | null>;
  /** Writes the item, or deletes it when it is null. Throws when the store refuses. */
  put(pk: string, item: Item | null): Promise<void>;
  /** Writes many items into an empty store, 25 per call. */
  load(items: Item[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts dynalite in this process, reachable only through the unix socket `socket`, and creates the table `shop` with the
 * string key `pk`.
 */
export async function openStore(socket: string): Promise<Store> {
  const server = dynalite({ createTableMs: 0 });
  await listen(server, socket);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const call = (operation: string, body: string) => send(agent, socket, operation, body);
  await expectDone(call, 'CreateTable', {
    TableName: TABLE,
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  // Even a table with no creation time is CREATING for one turn of the event loop, and refuses items until then.
  while (!(await expectDone(call, 'DescribeTable', { TableName: TABLE })).includes('"TableStatus":"ACTIVE"')) {
    await sleep(5);
  }
  return {
    call,
    get: async (pk) => {
      const body = await expectDone(call, 'GetItem', {
        TableName: TABLE,
        Key: { pk: { S: pk } },
        ConsistentRead: true,
      });
      return (JSON.parse(body) as { Item?: Item }).Item ?? null;
    },
    put: async (pk, item) => {
      if (item === null) await expectDone(call, 'DeleteItem', { TableName: TABLE, Key: { pk: { S: pk } } });
      else await expectDone(call, 'PutItem', { TableName: TABLE, Item: item });
    },
    load: async (items) => {
      for (let start = 0; start < items.length; start += BATCH) {
        const puts = items.slice(start, start + BATCH).map((item) => ({ PutRequest: { Item: item } }));
        await expectDone(call, 'BatchWriteItem', { RequestItems: { [TABLE]: puts } });
      }
    },
    stop: async () => {
      agent.destroy();
      await close(server);
    },
  };
}

async function expectDone(call: Store['call'], operation: string, body: object): Promise<string> {
  const answer = await call(operation, JSON.stringify(body));
  if (answer.status !== 200) throw new Error(`the store refused ${operation}: ${answer.body}`);
  return answer.body;
}

async function send(agent: Agent, socketPath: string, operation: string, body: string) {
  const outgoing = request({
    agent,
    socketPath,
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body),
      'x-amz-target': `${API}.${operation}`,
      'x-amz-date': '20260101T000000Z',
      // The front has authenticated the caller; dynalite only checks that a signature is present.
      authorization:
        'AWS4-HMAC-SHA256 Credential=front/20260101/lab/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
  });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [AsyncIterable<Buffer> & { statusCode?: number }];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode ?? 500, body: Buffer.concat(chunks).toString('utf8') };
}
