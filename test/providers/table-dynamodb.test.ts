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

describe('table', () => {
  const world = new TableWorld();
  beforeAll(() => world.start());
  afterAll(() => world.stop());
  afterEach(() => world.control('a', 'POST', '/fault', { mode: 'none' }));
  const here = (over: Partial<DynamoDbOptions> = {}) => table({ endpoint: world.url('a'), ...over });

  it('a table stores and returns a canary, with the time it took', async () => {
    const { ms } = await here().canary('canary#runbook#A', 'nonce-1', 7);
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(await here().read('canary#runbook#A')).toBe('nonce-1');
    await here().canary('canary#runbook#A', 'nonce-2', 7);
    expect(await here().read('canary#runbook#A')).toBe('nonce-2');
  });

  it('a table has no nonce under an unused key', async () => {
    expect(await here().read('canary#nobody#A')).toBeUndefined();
  });

  it('a vantage may write its own canary only', async () => {
    const north = here({ key: 'AKIAnorth:secret-of-north' });
    await north.canary('canary#north#A', 'n', 7);
    expect(await failure(north.canary('canary#east#A', 'n', 7))).toMatchObject({ kind: 'denied' });
  });

  it.each([
    ['denied', 'denied', /AccessDeniedException/],
    ['expired', 'denied', /ExpiredTokenException/],
    ['unrecognized', 'denied', /UnrecognizedClientException/],
    ['throttled', 'limited', /ProvisionedThroughputExceededException/],
    ['unavailable', 'unavailable', /The table in lab-a returned 500, InternalServerError/],
  ])('a table with the fault %s fails as %s', async (mode, kind, because) => {
    await world.control('a', 'POST', '/fault', { mode });
    const error = await failure(here().canary('canary#runbook#A', 'n', 7));
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(because);
    expect(answered(error)).toBe(true);
  });

  it('a table that hangs is unavailable after the timeout of the whole canary', async () => {
    await world.control('a', 'POST', '/fault', { mode: 'timeout' });
    const took = await durationOf(async () => {
      const error = await failure(here({ timeoutMs: 300 }).canary('canary#runbook#A', 'n', 7));
      expect(error).toMatchObject({
        kind: 'unavailable',
        message: 'No complete response from the table in lab-a within 0.3 s.',
      });
      expect(answered(error)).toBe(false);
    });
    expect(took).toBeLessThan(1_000);
  });

  it.each([
    ['a wrong secret', 'AKIArunbook:wrong-secret', /InvalidSignatureException/],
    ['an unknown key id', 'AKIAnobody:secret-of-runbook', /UnrecognizedClientException/],
  ])('%s is denied, without the key in the message', async (_what, wrong, because) => {
    const error = await failure(here({ key: wrong }).read('canary#runbook#A'));
    expect(error.kind).toBe('denied');
    expect(error.message).toMatch(because);
    for (const part of wrong.split(':')) expect(error.message).not.toContain(part);
  });

  it('a missing table is absent', async () => {
    expect(await failure(here({ table: 'another' }).read('x'))).toMatchObject({ kind: 'absent' });
  });
});

describe('other servers', () => {
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
  ])('DynamoDB error %i %s is %s', async (status, name, kind) => {
    const found = await failure((await at(refusal(status, name))).read('x'));
    expect(found).toMatchObject({ kind });
    expect(found.message).toContain(name);
  });

  it.each([
    [502, 'unavailable'],
    [200, 'garbage'],
  ])('a web page with status %i from the table is %s', async (status, kind) => {
    const found = await failure((await at(() => ({ status, body: '<html>hello</html>' }))).read('x'));
    expect(found).toMatchObject({
      kind,
      message: `The table in lab-a returned ${status} without a valid DynamoDB response.`,
    });
  });

  it('a canary that is returned with another nonce is garbage', async () => {
    const answering: Answering = ({ headers }) =>
      String(headers['x-amz-target']).endsWith('GetItem')
        ? { body: { Item: { pk: { S: 'x' }, nonce: { S: 'older' } } } }
        : { body: {} };
    const found = await failure((await at(answering)).canary('x', 'newer', 1));
    expect(found).toMatchObject({
      kind: 'garbage',
      message: 'The table in lab-a stored the canary x but returned a different nonce.',
    });
  });

  it('a failed table request is not retried', async () => {
    await failure((await at(refusal(500, 'InternalServerError'))).read('x'));
    expect(server.asked).toHaveLength(1);
  });

  it('a closed port of the table is unavailable and counts as answered', async () => {
    server = await web(() => ({}));
    const found = await failure(table({ endpoint: `http://127.0.0.1:${await freePort()}` }).read('x'));
    expect(found).toMatchObject({
      kind: 'unavailable',
      message: 'The connection to the table in lab-a failed (ECONNREFUSED).',
    });
    expect(answered(found)).toBe(true);
  });

  it.each(['only-an-id', 'id:', ':secret', ''])('the malformed key %j is refused without showing it', async (wrong) => {
    server = await web(() => ({}));
    expect(() => table({ key: wrong })).toThrow('must have the form ACCESS_KEY_ID:SECRET_ACCESS_KEY');
  });
});
