import { recordCall, recordingCalls, type Call } from '../../src/providers/http/call-log';
import { openHttp } from '../../src/providers/http/client';
import { web } from '../../lab/loopback/web';

test('the call log has each request of a piece of work, with its duration and without secrets', async () => {
  const server = await web(({ path }) => (path.startsWith('/cut') ? 'cut' : { status: 404, body: {} }));
  const http = openHttp({
    server: 'the vendor',
    baseUrl: server.url,
    headers: { 'x-key': 'secret-key' },
    timeoutMs: 10_000,
  });
  const calls: Call[] = [];
  const started = performance.now();
  await recordingCalls(
    (call) => calls.push(call),
    async () => {
      await http.send({ path: '/zones/secret-key?token=abcdef' });
      await http.send({ method: 'PATCH', path: '/cut', json: {} }).catch(() => undefined);
    },
  );
  expect(calls.map(({ what }) => what)).toEqual([
    'the vendor GET /zones/[hidden]: 404',
    'the vendor PATCH /cut: no response',
  ]);
  const allMs = performance.now() - started;
  expect(calls.every(({ ms }) => ms >= 0)).toBe(true);
  expect(calls.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThanOrEqual(allMs);
  http.close();
  await server.close();
});

test('the call logs of concurrent work are separate', async () => {
  const work = async (name: string) => {
    const calls: string[] = [];
    const send = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      recordCall(name, performance.now());
    };
    await recordingCalls(({ what }) => calls.push(what), send);
    return calls;
  };
  expect(await Promise.all([work('a'), work('b')])).toEqual([['a'], ['b']]);
});

test('recording a call without a call log does nothing', () => {
  expect(() => recordCall('somebody', performance.now())).not.toThrow();
});
