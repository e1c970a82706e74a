import { deadManAt } from '../../src/providers/alerts/dead-man';
import { web, type Web } from '../../lab/loopback/web';
import { failure } from './servers/failure';

let server: Web;
afterEach(() => server.close());

test('the dead-man switch is asked for at its whole address', async () => {
  server = await web(() => ({ body: 'OK' }));
  const switched = deadManAt(`${server.url}/5a2f-token?status=up`);
  await switched.allIsWell();
  switched.close();
  expect(server.asked.map(({ method, path }) => [method, path])).toEqual([['GET', '/5a2f-token?status=up']]);
});

test('a failure names neither address nor token', async () => {
  server = await web(() => ({ status: 404, body: 'no check 5a2f-token' }));
  const switched = deadManAt(`${server.url}/5a2f-token`);
  const error = await failure(switched.allIsWell());
  switched.close();
  expect(error.message).toMatch(/^The dead-man switch returned 404/);
  expect(error.message).not.toContain('5a2f-token');
});
