/** The world's ports for a worker in a process of its own: each call goes to the process that holds the world, and its answer comes back. */
import { PortError } from '../../src/ports/errors';
import type { FailureKind } from '../../src/domain/failure';
import type { Ports } from '../../src/ports/ports';
import { worldPositions } from '../world/positions';

/** Who asks, in which activity. */
export interface Who {
  site: string;
  runId: string;
  activityId: string;
  attempt: number;
}

/** `port` is `database`, `dns` ...; `of` its region, where it has one. */
export interface PortCall {
  id: number;
  who: Who;
  port: keyof Ports;
  of: string | undefined;
  method: string;
  args: unknown[];
}

export type PortAnswer = { id: number; result: unknown } | { id: number; kind: FailureKind | 'bug'; because: string };

type Send = (call: Omit<PortCall, 'id'>) => Promise<unknown>;

const single = new Set<keyof Ports>(['dns', 'alerts']);

/** Every port as far as transfers use it; `send` carries a call and resolves to its result. */
export function remotePorts(who: Who, regions: readonly string[], send: Send): Ports {
  const methodsOf = (port: keyof Ports, of: string | undefined) =>
    new Proxy(
      {},
      {
        get:
          (_target, method) =>
          (...args: unknown[]) =>
            send({ who, port, of, method: String(method), args: args.map(carried) }),
      },
    );
  const own = {
    regions,
    alertChannels: ['pager'],
    recipients: { channels: ['pager'], escalateAfterMs: {} },
    positions: worldPositions,
    now: Date.now,
    sleep,
  };
  const ports = new Proxy(own, {
    get: (target, name: string) => {
      if (name in target) return target[name as keyof typeof own];
      // Whoever awaits the ports asks first whether they are a promise.
      if (name === 'then') return undefined;
      const port = name as keyof Ports;
      return single.has(port) ? methodsOf(port, undefined) : (of: string) => methodsOf(port, of);
    },
  });
  return ports as unknown as Ports;
}

/** Signals and functions stay here; that something is undefined is told, since it means something. */
const carried = (arg: unknown): unknown =>
  typeof arg === 'object' && arg !== null ? (JSON.parse(JSON.stringify(arg)) as unknown) : arg;

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal?.addEventListener('abort', over);
  });
}

/** In the process that holds the world. */
export async function answer(ports: Ports, { id, port, of, method, args }: PortCall): Promise<PortAnswer> {
  type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;
  try {
    const found = ports[port] as unknown;
    const methods = (of === undefined ? found : (found as (of: string) => unknown)(of)) as Methods;
    return { id, result: await methods[method]?.(...args) };
  } catch (error) {
    if (error instanceof PortError) return { id, kind: error.kind, because: error.message };
    return { id, kind: 'bug', because: String(error) };
  }
}
