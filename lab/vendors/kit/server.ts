/**
 * The HTTP half of every fake: routes, the fault script around them, and a record of the calls that holds no secret.
 *
 * A vendor's fake gives its routes, how it refuses and what its secrets are; state, paging, scopes and limits live in its routes:
 *
 *     const server = await startServer({
 *       host: '127.0.0.1', port: 0, secrets: [token],
 *       guard: (request) => (request.headers.authorization === `Bearer ${token}` ? undefined : failed(401, 'Unable to authenticate you')),
 *       failed, // (status, words) => the vendor's error body
 *       limited: () => failed(429, 'API rate limit exceeded.'),
 *       routes: [{ method: 'GET', path: '/v2/domains/:domain', answer: ({ params }) => ({ body: { domain: zones[params.domain] } }) }],
 *     });
 *
 * For a DNS vendor start with `startDnsFake` of `dns.ts`, which adds the zone and its name servers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { callRecord, type Call } from './calls';
import { closing } from './closing';
import { perform } from './fault-effects';
import { faultScript, type Faults } from './faults';
import { bodyOf, requestOf } from './request';
import type { Api } from './routes';

export interface ServerOptions extends Api {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Speaks HTTPS with this. */
  identity?: { key: string; cert: string };
  /** Texts that no call on record may hold. */
  secrets: readonly string[];
}

export interface Server {
  url: string;
  port: number;
  calls: Call[];
  faults: Faults;
  close: () => Promise<void>;
}

export async function startServer(options: ServerOptions): Promise<Server> {
  const faults = faultScript();
  const record = callRecord(options.secrets);
  const scheme = options.identity === undefined ? 'http' : 'https';

  const onRequest = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const at = performance.now();
    const { method = '', url = '' } = incoming;
    const body = await bodyOf(incoming);
    const effect = faults.take({ method, path: url });
    record.add(incoming, body, effect?.kind, at, outgoing);
    const hints = effect?.kind === 'hint' ? effect.hints : {};
    const request = requestOf(incoming, body, `${scheme}://${incoming.headers.host ?? ''}`, hints);
    perform(outgoing, effect, options, request);
  };

  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    onRequest(incoming, outgoing).catch(() => incoming.socket.destroy());
  };
  const server =
    options.identity === undefined ? createServer(listener) : createSecureServer(options.identity, listener);
  const close = closing(server);
  await new Promise<void>((ready, fail) => {
    server.once('error', fail);
    server.listen(options.port, options.host, ready);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://${options.host}:${port}`, port, calls: record.calls, faults, close };
}
