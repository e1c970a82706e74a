import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { resolve, type Version } from '../../lab/table/version';
import { until } from '../../lab/loopback/until';
import { TableWorld } from './table-world';

let world: TableWorld;

beforeEach(async () => {
  world = new TableWorld();
  await world.start();
});

afterEach(() => world.stop());

const key = (pk: string) => ({ TableName: 'shop', Key: { pk: { S: pk } } });
const arrives = (side: 'a' | 'b', pk: string, value: string | null) =>
  until(`${side} has ${pk}`, async () => (await world.get(side, pk)) === value);

describe('the table of two regions', () => {
  it('carries puts, updates, deletions and batches to the other region', async () => {
    const client = world.client('a');
    await world.put('a', 'order#1', 'one');
    await world.put('a', 'order#2', 'two');
    await client.send(new DeleteItemCommand(key('order#2')));
    await client.send(
      new UpdateItemCommand({
        ...key('order#1'),
        UpdateExpression: 'SET #v = :v',
        ExpressionAttributeNames: { '#v': 'value' },
        ExpressionAttributeValues: { ':v': { S: 'paid' } },
      }),
    );
    const Item = { pk: { S: 'order#3' }, value: { S: 'three' } };
    await client.send(new BatchWriteItemCommand({ RequestItems: { shop: [{ PutRequest: { Item } }] } }));
    await world.settled();
    expect(await world.get('b', 'order#1')).toBe('paid');
    expect(await world.get('b', 'order#2')).toBeNull();
    expect(await world.get('b', 'order#3')).toBe('three');
    expect((await world.state('b')).dropped).toEqual([]);
  });

  it('does not carry a write whose condition failed', async () => {
    await world.put('a', 'order#1', 'one');
    const conditional = new DeleteItemCommand({ ...key('order#1'), ConditionExpression: 'attribute_not_exists(pk)' });
    await expect(world.client('a').send(conditional)).rejects.toThrow(/conditional request failed/i);
    await world.settled();
    expect(await world.get('b', 'order#1')).toBe('one');
  });

  it('keeps what was written during a cut and sends it when the link heals', async () => {
    world.setLink(false);
    await Promise.all(Array.from({ length: 30 }, (_, n) => world.put('a', `order#${n}`, String(n))));
    expect(await world.state('a')).toMatchObject({ outbox: 30, items: 30 });
    expect((await world.state('b')).items).toBe(0);
    world.setLink(true);
    await world.settled();
    expect(await world.state('b')).toMatchObject({ items: 30, dropped: [] });
  });

  it('lets the last writer win and lists what it overwrote, on both sides alike', async () => {
    await world.put('a', 'order#1', 'before');
    await world.settled();
    world.setLink(false);
    await world.put('a', 'order#1', 'from a');
    await world.put('b', 'order#1', 'from b, later');
    world.setLink(true);
    await world.settled();
    expect([await world.get('a', 'order#1'), await world.get('b', 'order#1')]).toEqual([
      'from b, later',
      'from b, later',
    ]);
    expect((await world.state('a')).dropped).toMatchObject([
      {
        pk: 'order#1',
        kept: 'theirs',
        mine: { item: { value: { S: 'from a' } } },
        theirs: { item: { value: { S: 'from b, later' } } },
      },
    ]);
    expect((await world.state('b')).dropped).toMatchObject([
      {
        pk: 'order#1',
        kept: 'mine',
        mine: { item: { value: { S: 'from b, later' } } },
        theirs: { item: { value: { S: 'from a' } } },
      },
    ]);
  });

  it('does not let an earlier write bring back a deleted item', async () => {
    await world.put('a', 'order#1', 'before');
    await world.settled();
    world.setLink(false);
    await world.put('a', 'order#1', 'changed');
    await world.client('b').send(new DeleteItemCommand(key('order#1')));
    world.setLink(true);
    await world.settled();
    expect([await world.get('a', 'order#1'), await world.get('b', 'order#1')]).toEqual([null, null]);
    const { body } = await world.control('a', 'GET', '/items');
    expect(body).toMatchObject({ items: [], tombstones: [{ pk: 'order#1', region: 'lab-b' }] });
  });

  it('comes back after a restart with everything, also what the peer never got', async () => {
    await world.put('a', 'order#1', 'old');
    await world.settled();
    world.setLink(false);
    await world.put('a', 'order#2', 'new');
    await world.stopFront('a');
    await world.startFront('a');
    expect(await world.get('a', 'order#1')).toBe('old');
    world.setLink(true);
    await arrives('b', 'order#2', 'new');
    expect((await world.state('b')).dropped).toEqual([]);
  });

  it('says what a global table says of itself', async () => {
    const { Table } = await world.client('a', 'runbook').send(new DescribeTableCommand({ TableName: 'shop' }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      GlobalTableVersion: '2019.11.21',
      Replicas: [{ RegionName: 'lab-b', ReplicaStatus: 'ACTIVE' }],
    });
    expect(Table?.TableArn).toContain('lab-a');
  });
});

describe('access to the table', () => {
  it('lets a vantage write and read its own canary item', async () => {
    const north = world.client('a', 'north');
    await world.put('a', 'canary#north#A', 'here', north);
    expect(await world.get('a', 'canary#north#A', north)).toBe('here');
  });

  it.each([
    ['an order', 'order#1'],
    ["another vantage's canary", 'canary#east#A'],
    ['a canary whose name only begins alike', 'canary#north2#A'],
  ])('denies a vantage %s', async (_, pk) => {
    await expect(world.put('a', pk, 'x', world.client('a', 'north'))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await world.get('a', pk)).toBeNull();
  });

  it('denies a vantage to look at the whole table', async () => {
    await expect(world.client('a', 'north').send(new ScanCommand({ TableName: 'shop' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it.each([
    ['an unknown key id', 'nobody', 'UnrecognizedClientException'],
    ['a wrong secret', 'shop', 'InvalidSignatureException'],
  ])('answers %s as AWS does', async (_, name, error) => {
    await expect(world.put('a', 'order#1', 'x', world.client('a', name, 'wrong'))).rejects.toMatchObject({
      name: error,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('takes replicated writes from nobody but its peer', async () => {
    const answer = await fetch(`${world.url('a')}/_replicate`, { method: 'POST', body: '{"versions":[]}' });
    expect(answer.status).toBe(403);
  });
});

describe('faults of the table', () => {
  it.each([
    ['unavailable', 500, 'InternalServerError'],
    ['denied', 400, 'AccessDeniedException'],
    ['expired', 400, 'ExpiredTokenException'],
    ['unrecognized', 403, 'UnrecognizedClientException'],
    ['throttled', 400, 'ProvisionedThroughputExceededException'],
  ])('%s is answered with %i %s until it is taken back', async (mode, status, name) => {
    await world.control('a', 'POST', '/fault', { mode });
    await expect(world.get('a', 'order#1')).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
    await world.control('a', 'POST', '/fault', { mode: 'none' });
    expect(await world.get('a', 'order#1')).toBeNull();
  });

  it('timeout gives no answer at all, and replication goes on', async () => {
    await world.control('a', 'POST', '/fault', { mode: 'timeout' });
    await expect(fetch(world.url('a'), { method: 'POST', signal: AbortSignal.timeout(300) })).rejects.toThrow(
      /timeout/,
    );
    await world.put('b', 'order#1', 'from b');
    await world.settled();
    await world.control('a', 'POST', '/fault', { mode: 'none' });
    expect(await world.get('a', 'order#1')).toBe('from b');
  });

  it('names the modes it knows when asked for another', async () => {
    expect(await world.control('a', 'POST', '/fault', { mode: 'broken' })).toMatchObject({
      status: 400,
      body: { because: expect.stringMatching(/mode must be one of none, timeout, .* not "broken"/) as string },
    });
  });
});

describe('which of two versions holds', () => {
  const version = (region: string, stamp: number, vector: Version['vector']): Version => ({
    pk: 'order#1',
    item: {},
    region,
    stamp,
    vector,
  });
  const mine = version('lab-a', 50, { 'lab-a': 50 });
  it.each([
    ['nothing is here', undefined, version('lab-b', 1, { 'lab-b': 1 }), 'take'],
    ['the same one arrives again', mine, mine, 'ignore'],
    [
      'one that mine has replaced',
      version('lab-a', 50, { 'lab-a': 50, 'lab-b': 9 }),
      version('lab-b', 9, { 'lab-b': 9 }),
      'ignore',
    ],
    ['one that has seen mine', mine, version('lab-b', 60, { 'lab-a': 50, 'lab-b': 60 }), 'take'],
    ['a later one that has not', mine, version('lab-b', 60, { 'lab-b': 60 }), 'conflict-take'],
    ['an earlier one that has not', mine, version('lab-b', 40, { 'lab-b': 40 }), 'conflict-keep'],
    ['one of the same microsecond from the later name', mine, version('lab-b', 50, { 'lab-b': 50 }), 'conflict-take'],
  ] as const)('%s', (_, here, theirs, resolution) => {
    expect(resolve(here, theirs)).toBe(resolution);
  });
});
