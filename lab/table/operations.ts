import { z } from 'zod';
import type { Replica } from './replica';
import { TABLE, type Item, type Store, type StoreAnswer } from './store';

const key = z.object({ pk: z.object({ S: z.string() }) });
const item = key.loose();
const batch = z.array(
  z.union([z.object({ PutRequest: z.object({ Item: item }) }), z.object({ DeleteRequest: z.object({ Key: key }) })]),
);
const shapes = {
  PutItem: z.object({ Item: item }),
  UpdateItem: z.object({ Key: key }),
  DeleteItem: z.object({ Key: key }),
  GetItem: z.object({ Key: key }),
  BatchWriteItem: z.object({ RequestItems: z.object({ [TABLE]: batch }) }),
};

/** What an operation reads or writes, for replication and access control. */
export interface OperationEffect {
  keys: string[];
  /** The new state of each written item; `undefined` where only the store knows it (an update). Null for an operation that does not write. */
  writes: Map<string, Item | null | undefined> | null;
}

/** Reads keys and new states from a request. An invalid request is left to the store, which returns the right error. */
export function effectOf(operation: string, body: string): OperationEffect {
  const parsed = parse(operation, body);
  const writes = new Map<string, Item | null | undefined>();
  if (parsed === null) return { keys: [], writes: null };
  for (const [pk, state] of parsed.states) writes.set(pk, state);
  return { keys: [...writes.keys()], writes: parsed.isWrite ? writes : null };
}

function parse(
  operation: string,
  body: string,
): { isWrite: boolean; states: [string, Item | null | undefined][] } | null {
  const json = jsonOf(body);
  switch (operation) {
    case 'PutItem': {
      const { data } = shapes.PutItem.safeParse(json);
      return data ? { isWrite: true, states: [[data.Item.pk.S, data.Item]] } : null;
    }
    case 'UpdateItem':
    case 'DeleteItem':
    case 'GetItem': {
      const { data } = shapes[operation].safeParse(json);
      const state = operation === 'DeleteItem' ? null : undefined;
      return data ? { isWrite: operation !== 'GetItem', states: [[data.Key.pk.S, state]] } : null;
    }
    case 'BatchWriteItem': {
      const { data } = shapes.BatchWriteItem.safeParse(json);
      const requests = data?.RequestItems[TABLE];
      return requests ? { isWrite: true, states: requests.map(batchState) } : null;
    }
    default:
      return null;
  }
}

function batchState(request: z.infer<typeof batch>[number]): [string, Item | null] {
  return 'PutRequest' in request
    ? [request.PutRequest.Item.pk.S, request.PutRequest.Item]
    : [request.DeleteRequest.Key.pk.S, null];
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Runs an operation: reads go to the store, writes through the replica, which stamps and queues them. */
export async function perform(
  operation: string,
  body: string,
  effect: OperationEffect,
  { store, replica, region, peer }: { store: Store; replica: Replica; region: string; peer: string },
): Promise<StoreAnswer> {
  const { writes } = effect;
  if (writes) {
    return replica.local(
      effect.keys,
      async () => {
        const answer = await store.call(operation, body);
        return { ...answer, done: answer.status === 200 };
      },
      () => statesOf(writes, store),
    );
  }
  const answer = await store.call(operation, body);
  return operation === 'DescribeTable' && answer.status === 200 ? described(answer, region, peer) : answer;
}

async function statesOf(
  writes: NonNullable<OperationEffect['writes']>,
  store: Store,
): Promise<Map<string, Item | null>> {
  const states = new Map<string, Item | null>();
  for (const [pk, state] of writes) states.set(pk, state === undefined ? await store.get(pk) : state);
  return states;
}

/** DescribeTable's answer for a replica of a global table of the current version (2019.11.21). */
function described(answer: StoreAnswer, region: string, peer: string): StoreAnswer {
  const description = JSON.parse(answer.body) as { Table: Record<string, unknown> };
  const globalTable = {
    TableArn: `arn:aws:dynamodb:${region}:000000000000:table/${TABLE}`,
    GlobalTableVersion: '2019.11.21',
    MultiRegionConsistency: 'EVENTUAL',
    Replicas: [{ RegionName: peer, ReplicaStatus: 'ACTIVE' }],
  };
  return { ...answer, body: JSON.stringify({ Table: { ...description.Table, ...globalTable } }) };
}
