/**
 * An object of our own that anybody reads and a PUT with a secret replaces, and what Route 53's prepared health check makes of it: the record
 * answers B while the object says B's text, and A otherwise. How the health check works is AWS's description; nobody has seen it here.
 */
import { isIPv6 } from 'node:net';
import type { RecordSet } from '../../../src/ports/ports';
import type { Faults } from '../kit/faults';
import { startNameServer } from '../kit/name-server';
import type { Call } from '../kit/calls';
import type { FakeRequest } from '../kit/request';
import type { FakeReply } from '../kit/routes';
import { startServer } from '../kit/server';
import { fakeZone } from '../kit/zone';

export interface SwitchObjectOptions {
  /** The whole value of Authorization. */
  secret: string;
  /** The text that the health check looks for. */
  searched: string;
  record: string;
  /** What the records answer while the text is absent, and while it is there. */
  primary: string;
  secondary: string;
  /** Knows no ETag, gives one and does not look at If-Match, or gives a weak one, which no If-Match ever meets (RFC 9110, 13.1.1). */
  careless?: 'no ETag' | 'ignores If-Match' | 'gives a weak ETag';
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
const failed = (status: number, words: string): FakeReply => ({ status, body: `${words}\n` });

export async function startSwitchObject(options: SwitchObjectOptions): Promise<SwitchObject> {
  const { secret, searched, record, primary, secondary, careless } = options;
  const type = isIPv6(primary) ? 'AAAA' : 'A';
  const setsOf = ([text = '']: readonly string[]): RecordSet[] => [
    { name: record, type, ttlSeconds: 60, values: [text.includes(searched) ? secondary : primary] },
  ];
  const zone = fakeZone<string>({ origin: record.slice(record.indexOf('.') + 1), setsOf, nameServers: 1 });
  const text = (hints: FakeRequest['hints'] = {}) => zone.records(hints)[0];
  let theirs: string | undefined;
  const write = (line: string | undefined) => void zone.change(() => (line === undefined ? [] : [line]));
  const etag = () => `"v${zone.changes()}"`;
  // A server that compresses, such as nginx, makes the ETag of what it compressed weak.
  const weak = ({ 'accept-encoding': takes = '' }: FakeRequest['headers']) =>
    careless === 'gives a weak ETag' || /gzip|br/.test(takes) ? 'W/' : '';
  const named = (tag = etag()) => (careless === 'no ETag' ? {} : { etag: tag });
  const show = ({ hints, headers }: FakeRequest): FakeReply => {
    const line = text(hints);
    return line === undefined
      ? failed(404, 'Not found')
      : {
          headers: {
            'content-type': 'text/plain',
            ...named(`${weak(headers)}${hints.stale === true ? '"old"' : etag()}`),
          },
          body: line,
        };
  };
  const nameServer = await startNameServer({ host: '127.0.0.1', port: 0, zone, number: 0 });
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    secrets: [secret],
    failed,
    limited: () => failed(429, 'Too many requests'),
    routes: [
      { method: 'GET', path, answer: show },
      {
        method: 'PUT',
        path,
        answer: ({ headers, body }) => {
          if (theirs !== undefined) write(theirs);
          theirs = undefined;
          if (headers.authorization !== secret) return failed(403, 'Forbidden');
          const outdated = headers['if-match'] !== undefined && headers['if-match'] !== etag();
          if (outdated && careless !== 'ignores If-Match') return failed(412, 'Precondition failed');
          write(body);
          return { headers: named(), body: 'stored\n' };
        },
      },
    ],
  });
  return {
    url: `${server.url}${path}`,
    nameServers: [nameServer.address],
    calls: server.calls,
    faults: server.faults,
    text: () => text(),
    write,
    changes: zone.changes,
    meanwhile: (line) => void (theirs = line),
    publishAfter: (ms) => void (zone.publishAfterMs = [ms]),
    publish: zone.publish,
    close: async () => {
      await server.close();
      await nameServer.close();
    },
  };
}
