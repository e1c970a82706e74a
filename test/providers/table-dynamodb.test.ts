import { durationOf } from '../duration';
import { answered } from '../../src/providers/http/connection-failed';
import { dynamodb, type DynamoDbOptions } from '../../src/providers/table/dynamodb';
import { TableWorld } from '../lab-parts/table-world';
import { failure } from './servers/failure';
import { freePort } from '../../lab/loopback/place';
import { web, type Answering, type Web } from '../../lab/loopback/web';

const key = 'AKIArunbook:secret-of-runbook';
const closing: { close: () => unknown }[] = [];

function table(over: Partial<DynamoDbOptions>) {
  const opened = dynamodb({ tableRegion: 'lab-a', table: 'shop', key, timeoutMs: 10_000, ...over });
  closing.push(opened);
  return opened;
}

afterEach(() => closing.splice(0).forEach((each) => each.close()));

describe('a region’s table', () => {
  const world = new TableWorld();
  beforeAll(() => world.start());
  afterAll(() => world.stop());
  afterEach(() => world.control('a', 'POST', '/fault', { mode: 'none' }));
  const here = (over: Partial<DynamoDbOptions> = {}) => table({ endpoint: world.url('a'), ...over });

  it('takes a canary, gives it back and tells how long that took', async () => {
    const { ms } = await here().canary('canary#runbook#A', 'nonce-1', 7);
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(await here().read('canary#runbook#A')).toBe('nonce-1');
    await here().canary('canary#runbook#A', 'nonce-2', 7);
    expect(await here().read('canary#runbook#A')).toBe('nonce-2');
  });

  it('has no nonce under a key that nobody wrote', async () => {
    expect(await here().read('canary#nobody#A')).toBeUndefined();
  });

  it('lets a vantage touch its own canary only', async () => {
    const north = here({ key: 'AKIAnorth:secret-of-north' });
    await north.canary('canary#north#A', 'n', 7);
    expect(await failure(north.canary('canary#east#A', 'n', 7))).toMatchObject({ kind: 'denied' });
  });

  it.each([
    ['denied', 'denied', /AccessDeniedException/],
    ['expired', 'denied', /ExpiredTokenException/],
    ['unrecognized', 'denied', /UnrecognizedClientException/],
    ['throttled', 'limited', /ProvisionedThroughputExceededException/],
    ['unavailable', 'unavailable', /The table in lab-a answered 500, InternalServerError/],
  ])('with the fault %s fails as %s', async (mode, kind, because) => {
    await world.control('a', 'POST', '/fault', { mode });
    const error = await failure(here().canary('canary#runbook#A', 'n', 7));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(because);
    expect(answered(error)).toBe(true);
  });

  it('that hangs is unavailable when the one limit of a canary is over', async () => {
    await world.control('a', 'POST', '/fault', { mode: 'timeout' });
    const took = await durationOf(async () => {
      const error = await failure(here({ timeoutMs: 300 }).canary('canary#runbook#A', 'n', 7));
      expect(error).toMatchObject({
        kind: 'unavailable',
        message: 'There was no whole answer from the table in lab-a within 0.3 s.',
      });
      expect(answered(error)).toBe(false);
    });
    expect(took).toBeLessThan(1_000);
  });

  it.each([
    ['a wrong secret', 'AKIArunbook:wrong-secret', /InvalidSignatureException/],
    ['an unknown key id', 'AKIAnobody:secret-of-runbook', /UnrecognizedClientException/],
  ])('denies %s, and the message holds no part of it', async (_what, wrong, because) => {
    const error = await failure(here({ key: wrong }).read('canary#runbook#A'));
    expect(error.kind).toBe('denied');
    expect(error.message).toMatch(because);
    for (const part of wrong.split(':')) expect(error.message).not.toContain(part);
  });

  it('that does not exist is absent', async () => {
    expect(await failure(here({ table: 'another' }).read('x'))).toMatchObject({ kind: 'absent' });
  });
});

describe('what is no table', () => {
  let server: Web;
  afterEach(() => server.close());
  const at = async (answering: Answering) => {
    server = await web(answering);
    return table({ endpoint: server.url });
  };
  const refusal =
    (status: number, name: string, message = 'as it says'): Answering =>
    () => ({
      status,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message },
    });

  it.each([
    [400, 'ThrottlingException', 'limited'],
    [400, 'RequestLimitExceeded', 'limited'],
    [400, 'IncompleteSignature', 'denied'],
    [400, 'MissingAuthenticationTokenException', 'denied'],
    [400, 'ValidationException', 'refused'],
    [400, 'SomethingNewException', 'refused'],
    [403, 'SomethingNewException', 'denied'],
    [503, 'ServiceUnavailable', 'unavailable'],
  ])('%i %s is %s', async (status, name, kind) => {
    const found = await failure((await at(refusal(status, name))).read('x'));
    expect(found).toMatchObject({ kind });
    expect(found.message).toContain(name);
  });

  it.each([
    [502, 'unavailable'],
    [200, 'garbage'],
  ])('a web page with %i is %s', async (status, kind) => {
    const found = await failure((await at(() => ({ status, body: '<html>hello</html>' }))).read('x'));
    expect(found).toMatchObject({
      kind,
      message: `The table in lab-a answered ${status}, but not in the words of DynamoDB.`,
    });
  });

  it('a canary that comes back changed is garbage', async () => {
    const answering: Answering = ({ headers }) =>
      String(headers['x-amz-target']).endsWith('GetItem')
        ? { body: { Item: { pk: { S: 'x' }, nonce: { S: 'older' } } } }
        : { body: {} };
    const found = await failure((await at(answering)).canary('x', 'newer', 1));
    expect(found).toMatchObject({
      kind: 'garbage',
      message: 'The table in lab-a took a canary and gave another one back under x.',
    });
  });

  it('is asked once only, however it fails', async () => {
    await failure((await at(refusal(500, 'InternalServerError'))).read('x'));
    expect(server.asked).toHaveLength(1);
  });

  it('a closed port is unavailable, and somebody spoke', async () => {
    server = await web(() => ({}));
    const found = await failure(table({ endpoint: `http://127.0.0.1:${await freePort()}` }).read('x'));
    expect(found).toMatchObject({
      kind: 'unavailable',
      message: 'The connection to the table in lab-a failed (ECONNREFUSED).',
    });
    expect(answered(found)).toBe(true);
  });

  it.each(['only-an-id', 'id:', ':secret', ''])('the key %j is refused without being repeated', async (wrong) => {
    server = await web(() => ({}));
    expect(() => table({ key: wrong })).toThrow('is not of the form ACCESS_KEY_ID:SECRET_ACCESS_KEY');
  });
});
