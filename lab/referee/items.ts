import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { OrderEvent, Overwrite, Region } from './evidence';

type Items = ReadonlyMap<string, string>;
type Item = Record<string, AttributeValue>;

const ROUNDS = 5;
const PAUSE_MS = 500;

/**
 * Compares both replicas of the table. Replication takes time, so a difference counts only if it is the same in each of five rounds; after
 * the first round only the differing items are read again. The vantages' canary items change all the time and are left out.
 */
export async function compareItems(
  lab: string,
  addresses: Record<Region, string>,
): Promise<{ items: number; differences: string[]; events: OrderEvent[] }> {
  const secret = (await readFile(join(lab, 'secrets/table-runbook'), 'utf8')).trim();
  const clients = { A: clientOf('A', addresses.A, secret), B: clientOf('B', addresses.B, secret) };
  try {
    const events: OrderEvent[] = [];
    const collect = (item: Item) => events.push(...orderEvent(item));
    const [a, b] = await Promise.all([scan(clients.A, collect), scan(clients.B)]);
    let remaining = differing(a, b);
    for (let round = 2; remaining.size > 0 && round <= ROUNDS; round += 1) {
      await delay(PAUSE_MS);
      const keys = [...remaining.keys()];
      const again = differing(await get(clients.A, keys), await get(clients.B, keys));
      remaining = new Map([...remaining].filter(([pk, text]) => again.get(pk) === text));
    }
    return { items: a.size, differences: [...remaining.values()], events };
  } finally {
    clients.A.destroy();
    clients.B.destroy();
  }
}

/** By key, one sentence for each item that differs. */
export function differing(a: Items, b: Items): Map<string, string> {
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((pk) => a.get(pk) !== b.get(pk));
  return new Map(keys.map((pk) => [pk, `${pk}: A has ${a.get(pk) ?? 'nothing'}, B has ${b.get(pk) ?? 'nothing'}`]));
}

async function get(client: DynamoDBClient, keys: readonly string[]): Promise<Items> {
  const items = new Map<string, string>();
  for (const pk of keys) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 'shop', Key: { pk: { S: pk } }, ConsistentRead: true }),
    );
    if (Item !== undefined) items.set(pk, canonical(Item));
  }
  return items;
}

function clientOf(region: Region, address: string, secret: string): DynamoDBClient {
  const [accessKeyId = '', secretAccessKey = ''] = secret.split(':');
  return new DynamoDBClient({
    region: `lab-${region.toLowerCase()}`,
    endpoint: `http://${address}:8000`,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000 },
  });
}

async function scan(client: DynamoDBClient, each: (item: Item) => unknown = () => undefined): Promise<Items> {
  const items = new Map<string, string>();
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: 'shop', ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    );
    for (const item of page.Items ?? []) {
      const pk = item['pk']?.S ?? '';
      if (pk.startsWith('canary#')) continue;
      items.set(pk, canonical(item));
      each(item);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** The same text for the same item, whatever the order of its attributes. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, held]) => `${name}:${canonical(held)}`).join()}}`;
}

/** The event of an order; an item of any other kind gives none. */
function orderEvent(item: Item): OrderEvent[] {
  const pk = item['pk']?.S ?? '';
  if (!pk.startsWith('order#')) return [];
  const text = (name: string) => item[name]?.S ?? item[name]?.N ?? '';
  return [
    {
      key: pk.slice('order#'.length),
      orderId: Number(text('orderId')),
      intent: text('intent'),
      status: text('status'),
      total: text('total'),
    },
  ];
}

interface Written {
  readonly item?: Item | null;
}

interface Dropped {
  readonly pk: string;
  readonly mine: Written;
  readonly theirs: Written;
  readonly kept?: string;
}

const statusOf = ({ item }: Written): string => item?.['status']?.S ?? '';

/** The overwrites by the last writer, as this region's table front lists them. */
export async function overwritesOf(lab: string, region: Region): Promise<Overwrite[]> {
  const state = JSON.parse(await getState(join(lab, region, 'run/table.sock'))) as { dropped: Dropped[] };
  return state.dropped
    .filter((drop) => !drop.pk.startsWith('canary#'))
    .map((drop) => ({
      seenBy: region,
      pk: drop.pk,
      kept: statusOf(drop.kept === 'theirs' ? drop.theirs : drop.mine),
      lost: statusOf(drop.kept === 'theirs' ? drop.mine : drop.theirs),
      text: `${drop.pk} kept ${drop.kept ?? '?'}, mine ${JSON.stringify(drop.mine)}, theirs ${JSON.stringify(drop.theirs)}`,
    }));
}

function getState(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: '/state', timeout: 3000 }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error('the table front did not answer within 3 s')));
    call.on('error', reject);
    call.end();
  });
}
