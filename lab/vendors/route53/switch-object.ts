/**
 * An object of our own that anybody reads and a PUT with a secret replaces, and what Route 53's prepared health check makes of it: the record
 * answers B while the object says B's text, and A otherwise. How the health check works is AWS's description; nobody has seen it here.
 */
import { isIPv6 } from 'node:net';
import type { RecordSet } from '../../../src/ports/ports';
import type { Call } from '../kit/calls';
import type { Faults } from '../kit/faults';
import { startNameServer } from '../kit/name-server';
import { startServer } from '../kit/server';
import { fakeZone } from '../kit/zone';
import { failed, objectRoutes, textOf, write, type ObjectRules, type ObjectState } from './switch-object-routes';

export interface SwitchObjectOptions extends ObjectRules {
  /** The text that the health check looks for. */
  searched: string;
  record: string;
  /** What the records answer while the text is absent, and while it is there. */
  primary: string;
  secondary: string;
}

export interface SwitchObject {
  /** Of the object itself. */
  url: string;
  nameServers: string[];
  calls: Call[];
  faults: Faults;
  text: () => string | undefined;
  /** Behind the API's back. */
  write: (text: string | undefined) => void;
  /** Written by somebody else just before the next PUT arrives. */
  meanwhile: (text: string) => void;
  changes: () => number;
  /** From now on health checkers see a change so much later. */
  publishAfter: (ms: number) => void;
  /** They answer all changes so far. */
  publish: () => void;
  close: () => Promise<void>;
}

const path = '/switch/www';

export async function startSwitchObject(options: SwitchObjectOptions): Promise<SwitchObject> {
  const { secret, record } = options;
  const setsOf = ([text = '']: readonly string[]) => [servedFor(text, options)];
  const zone = fakeZone<string>({ origin: record.slice(record.indexOf('.') + 1), setsOf, nameServers: 1 });
  const state: ObjectState = { zone, theirs: undefined };
  const nameServer = await startNameServer({ host: '127.0.0.1', port: 0, zone, number: 0 });
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    secrets: [secret],
    failed,
    limited: () => failed(429, 'Too many requests'),
    routes: objectRoutes(path, state, options),
  });
  return {
    url: `${server.url}${path}`,
    nameServers: [nameServer.address],
    calls: server.calls,
    faults: server.faults,
    text: () => textOf(zone),
    write: (text) => write(zone, text),
    changes: zone.changes,
    meanwhile: (text) => void (state.theirs = text),
    publishAfter: (ms) => void (zone.publishAfterMs = [ms]),
    publish: zone.publish,
    close: async () => {
      await server.close();
      await nameServer.close();
    },
  };
}

/** The prepared health check, and the records that hang on it. */
function servedFor(text: string, { searched, record, primary, secondary }: SwitchObjectOptions): RecordSet {
  const type = isIPv6(primary) ? 'AAAA' : 'A';
  return { name: record, type, ttlSeconds: 60, values: [text.includes(searched) ? secondary : primary] };
}
