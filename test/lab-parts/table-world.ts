import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { until } from '../../lab/loopback/until';
import { startFront } from '../../lab/table/front';

export type Side = 'a' | 'b';
const other = (side: Side): Side => (side === 'a' ? 'b' : 'a');

export interface State {
  mode: string;
  outbox: number;
  items: number;
  dropped: { pk: string; mine: { item: unknown }; theirs: { item: unknown }; kept: string }[];
}

/** Two table fronts on loopback with a link between them that can be cut. */
export class TableWorld {
  readonly folder = mkdtempSync(join(tmpdir(), 'table-'));
  readonly #fronts = new Map<Side, { address: string; stop: () => Promise<void> }>();
  readonly #links = new Map<Side, Link>();

  async start(): Promise<void> {
    for (const name of ['runbook', 'shop', 'north', 'east', 'west']) {
      writeFileSync(join(this.folder, `table-${name}`), `AKIA${name}:secret-of-${name}\n`);
    }
    for (const side of ['a', 'b'] as const) this.#links.set(side, await Link.open());
    for (const side of ['a', 'b'] as const) await this.startFront(side);
  }

  async startFront(side: Side): Promise<void> {
    const front = await startFront({
      region: `lab-${side}`,
      listen: '127.0.0.1:0',
      peer: { region: `lab-${other(side)}`, url: `http://127.0.0.1:${this.#link(other(side)).port}` },
      control: this.#control(side),
      journal: join(this.folder, side, 'journal.jsonl'),
      secrets: this.folder,
    });
    this.#fronts.set(side, front);
    this.#link(side).target = Number(front.address.split(':')[1]);
  }

  async stopFront(side: Side): Promise<void> {
    await this.#fronts.get(side)?.stop();
    this.#fronts.delete(side);
  }

  async stop(): Promise<void> {
    for (const side of ['a', 'b'] as const) await this.stopFront(side);
    for (const link of this.#links.values()) await link.close();
    rmSync(this.folder, { recursive: true });
  }

  setLink(isUp: boolean): void {
    for (const link of this.#links.values()) link.setUp(isUp);
  }

  url(side: Side): string {
    return `http://${this.#fronts.get(side)?.address ?? 'stopped'}`;
  }

  client(side: Side, name = 'shop', secret = `secret-of-${name}`): DynamoDBClient {
    return new DynamoDBClient({
      region: `lab-${side}`,
      endpoint: this.url(side),
      credentials: { accessKeyId: `AKIA${name}`, secretAccessKey: secret },
      maxAttempts: 1,
    });
  }

  async put(side: Side, pk: string, value: string, client = this.client(side)): Promise<void> {
    await client.send(new PutItemCommand({ TableName: 'shop', Item: { pk: { S: pk }, value: { S: value } } }));
  }

  /** The item's value, or null when there is no such item. */
  async get(side: Side, pk: string, client = this.client(side)): Promise<string | null> {
    const { Item } = await client.send(new GetItemCommand({ TableName: 'shop', Key: { pk: { S: pk } } }));
    return Item?.['value']?.S ?? null;
  }

  control(side: Side, method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const call = request({ socketPath: this.#control(side), method, path }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }));
      });
      call.on('error', reject);
      call.end(body && JSON.stringify(body));
    });
  }

  async state(side: Side): Promise<State> {
    return (await this.control(side, 'GET', '/state')).body as State;
  }

  /** Waits until nothing is left to send on either side. */
  async settled(): Promise<void> {
    await until(
      'nothing is left to send',
      async () => (await this.state('a')).outbox + (await this.state('b')).outbox === 0,
    );
  }

  #control(side: Side): string {
    return join(this.folder, `${side}.sock`);
  }

  #link(side: Side): Link {
    const link = this.#links.get(side);
    if (!link) throw new Error('the world is not started');
    return link;
  }
}

/** A TCP relay towards one side that drops everything while it is down. */
class Link {
  target = 0;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #gate: { isUp: boolean };

  private constructor(server: Server, sockets: Set<Socket>, gate: { isUp: boolean }, port: number) {
    this.#server = server;
    this.#sockets = sockets;
    this.#gate = gate;
    this.port = port;
  }

  static open(): Promise<Link> {
    const sockets = new Set<Socket>();
    const gate = { isUp: true };
    return new Promise((resolve) => {
      const server = createServer((incoming) => {
        if (!gate.isUp) return void incoming.destroy();
        const outgoing = connect(link.target, '127.0.0.1');
        for (const socket of [incoming, outgoing]) {
          sockets.add(socket);
          socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
        }
        incoming.pipe(outgoing).pipe(incoming);
      });
      let link: Link;
      server.listen(0, '127.0.0.1', () => {
        const bound = server.address();
        link = new Link(server, sockets, gate, typeof bound === 'object' && bound ? bound.port : 0);
        resolve(link);
      });
    });
  }

  setUp(isUp: boolean): void {
    this.#gate.isUp = isUp;
    if (!isUp) for (const socket of this.#sockets) socket.destroy();
  }

  close(): Promise<void> {
    this.setUp(false);
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
