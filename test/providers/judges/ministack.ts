import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import type { RecordSet } from '../../../src/ports/ports';
import { freePort, place, startServer } from '../../../lab/loopback/place';

export interface Ministack {
  /** Where a client asks; changes that come by it are counted. */
  url: string;
  hostedZoneId: string;
  /** Changes that were accepted, by the client and by `put`. */
  changes: () => number;
  /** Writes a set with AWS's own client. */
  put: (set: RecordSet) => Promise<void>;
  change: (...changes: Change[]) => Promise<void>;
  /** What is stored under a name and type, by AWS's own client. */
  stored: (name: string, type: RecordSet['type']) => Promise<ResourceRecordSet[]>;
  close: () => Promise<void>;
}

/** ministack's own application, from `folder`, on the loopback, with an empty hosted zone of this name. */
export async function ministack(folder: string, origin: string): Promise<Ministack> {
  const at = place();
  const port = await freePort();
  const bind = ['--workers', '0', '--bind', `127.0.0.1:${port}`];
  const python = ['env', `PYTHONPATH=${folder}`, 'python3'];
  const server = await startServer([...python, '-m', 'hypercorn', ...bind, 'ministack.app:app'], at.path('log'), {
    host: '127.0.0.1',
    port,
  });
  const front = await counting(port);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new Route53Client({ endpoint: front.url, region: 'us-east-1', credentials });
  const { HostedZone } = await client.send(new CreateHostedZoneCommand({ Name: origin, CallerReference: 'tests' }));
  const HostedZoneId = HostedZone?.Id ?? '';
  const change = async (...Changes: Change[]) => {
    await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  };
  return {
    url: front.url,
    hostedZoneId: HostedZoneId.replace('/hostedzone/', ''),
    changes: front.changes,
    change,
    put: ({ name, type, ttlSeconds: TTL, values }) => {
      const set = { Name: name, Type: type, TTL, ResourceRecords: values.map((Value) => ({ Value })) };
      return change({ Action: 'UPSERT', ResourceRecordSet: set });
    },
    stored: async (name, type) => {
      const start = { StartRecordName: name, StartRecordType: type };
      const { ResourceRecordSets = [] } = await client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId, ...start }),
      );
      return ResourceRecordSets.filter((set) => set.Name === name && set.Type === type);
    },
    close: async () => {
      client.destroy();
      await front.close();
      await server.kill();
      at.remove();
    },
  };
}

/** Passes requests on and counts the changes that are accepted, of which ministack keeps no account. */
async function counting(port: number): Promise<{ url: string; changes: () => number; close: () => Promise<void> }> {
  let changes = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const onward = ask({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      if (method === 'POST' && /\/rrset\/?$/.test(url ?? '') && answer.statusCode === 200) changes += 1;
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((ready) => void server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    changes: () => changes,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
