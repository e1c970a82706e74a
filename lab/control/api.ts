import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import type { RegionName } from '../network/places';
import { InvalidBody, isPath, parseBody, type Body, type Path } from './routes';
import { serviceNames, serviceVerbs } from './supervisor';

/** What the daemon does for each call; an Error's message is returned as the reason. */
export type Handlers = { [P in Path]: (body: Body<P>) => Promise<unknown> };

/** Opens the control API on a unix socket. */
export async function openControl(socket: string, status: () => Promise<unknown>, handlers: Handlers): Promise<Server> {
  return serve(socket, async (method, path, body) => {
    if (method === 'GET' && path === '/status') return status();
    if (method !== 'POST' || !isPath(path)) throw new InvalidBody(`the control API has no ${method} ${path}`);
    return dispatch(handlers, path, body);
  });
}

/** The type parameter ties the parsed body to the handler of the same path. */
function dispatch<P extends Path>(handlers: Pick<Handlers, P>, path: P, body: unknown): Promise<unknown> {
  return handlers[path](parseBody(path, body));
}

const request = z.strictObject({ service: z.enum(serviceNames), verb: z.enum(serviceVerbs) });

/** Opens a region's own socket for `/srv/bin/service`; it manages the servers of that region only. */
export async function openRegionControl(
  socket: string,
  region: RegionName,
  service: Handlers['/service'],
): Promise<Server> {
  return serve(socket, async (_method, _path, body) => {
    const parsed = request.safeParse(body);
    if (parsed.success) return service({ region, ...parsed.data });
    throw new InvalidBody(`usage: service ${serviceNames.join('|')} ${serviceVerbs.join('|')}`);
  });
}

type Answer = (method: string, path: string, body: unknown) => Promise<unknown>;

async function serve(socket: string, answer: Answer): Promise<Server> {
  await rm(socket, { force: true });
  const server = createServer((incoming, outgoing) => void respond(incoming, outgoing, answer));
  // A graceful stop of a database may take a minute.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  return server;
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer): Promise<void> {
  try {
    const body = await bodyOf(incoming);
    send(outgoing, 200, await answer(incoming.method ?? 'GET', incoming.url ?? '/', body));
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    send(outgoing, error instanceof InvalidBody ? 400 : 409, { because });
  }
}

function send(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of incoming.setEncoding('utf8')) text += String(part);
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidBody('the body is not valid JSON');
  }
}
