import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import type { Site } from '../../src/config';
import { rejoinPorts } from '../../src/connect/rejoin';
import { regionKinds } from '../../src/providers/region-kinds';
import type { Host, Ports } from '../../src/ports/ports';
import { mariadbPositions } from '../../src/providers/database/mariadb/positions';
import { realPair, type RealPair } from '../../lab/loopback/mariadb';
import { addresses } from '../../lab/loopback/mariadb-server';
import { authority, type Authority } from '../../lab/loopback/authority';
import { type Place } from '../../lab/loopback/place';
import { newWorld } from '../world/world';
import { labSite } from '../world/planning';

export type Region = keyof typeof addresses;

/** Two regions on loopback: real MariaDB servers, and "hosts" that are this machine. */
export interface RejoinPair extends RealPair {
  /** The folder with the data of both. */
  at: Place;
  site: Site;
  ports: Ports;
  /** One statement or several as the shop's user; with `values` it is prepared. */
  shop: (region: Region, statements: [string, ...unknown[]][]) => Promise<void>;
  rows: (region: Region, statement: string) => Promise<Record<string, unknown>[]>;
}

/** Ignores who and where, since every host is this machine. */
const sshShim = `#!/bin/bash
while [ $# -gt 0 ]; do case "$1" in -[ipol]) shift 2;; -*) shift;; *) shift; break;; esac; done
exec sh -c "$*"
`;

const service = (at: Place, region: Region, { file, issue }: Authority) => `#!/bin/bash
pid=$(cat '${at.path(region, 'pid')}' 2>/dev/null)
alive() { [ -n "$pid" ] && [ -e "/proc/$pid/stat" ] && [ "$(cut -d' ' -f3 "/proc/$pid/stat")" != Z ]; }
case "$1" in
  status) alive || exit 3;;
  stop) alive && kill "$pid"; for i in $(seq 4000); do alive || exit 0; sleep 0.05; done; exit 1;;
  start) alive && exit 0
    # It ends by itself should the test be killed.
    setsid timeout 3600 mariadbd --defaults-file='${at.path(region, 'my.cnf')}' --ssl-ca='${file}' \
      --ssl-cert='${issue(addresses[region]).certificate}' --ssl-key='${issue(addresses[region]).key}' >>'${at.path(region, 'log')}' 2>&1 </dev/null &
    for i in $(seq 4000); do [ -S '${at.path(region, 's')}' ] && mariadb-admin --no-defaults -uroot -S '${at.path(region, 's')}' ping >/dev/null 2>&1 && exit 0; sleep 0.05; done; exit 1;;
esac
`;

function localHost(shims: string): Host {
  return {
    run: (command, { timeoutMs, stdin }) =>
      new Promise((resolve) => {
        const env = { ...process.env, PATH: `${shims}:${process.env['PATH'] ?? ''}` };
        const options = { timeout: timeoutMs, env, maxBuffer: 64 * 1024 * 1024 };
        const child = execFile('bash', ['-c', command], options, (error, stdout, stderr) =>
          resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr }),
        );
        child.stdin?.on('error', () => undefined).end(stdin ?? '');
      }),
    close: () => Promise.resolve(),
  };
}

function siteAt(at: Place, pair: RealPair): Site {
  const site = structuredClone(labSite);
  // The shop of `own-shop.sql`.
  site.shop.idTables = [
    'wp_wc_orders',
    'wp_wc_order_operational_data',
    'wp_woocommerce_order_items',
    'wp_woocommerce_order_itemmeta',
  ];
  site.shop.counters = ['wp_handover_stock.stock'];
  for (const [name, real] of [
    ['A', pair.a],
    ['B', pair.b],
  ] as const) {
    const region = site.regions[name]!;
    const { port } = real.options;
    region.address = addresses[name];
    region.host.address = addresses[name];
    region.database = { ...region.database, host: addresses[name], port };
    region.services = {
      database: at.path(`service-${name}`),
      dataDirectory: at.path(name, 'data'),
      binlogDirectory: at.path(name),
      databaseSocket: at.path(name, 's'),
      workDirectory: at.path(`work-${name}`),
    };
  }
  return site;
}

export async function rejoinPair(at: Place, template: string): Promise<RejoinPair> {
  const ca = authority(at);
  const pair = await realPair(at, template, ca);
  const site = siteAt(at, pair);
  mkdirSync(at.path('shims'));
  writeFileSync(at.path('shims', 'ssh'), sshShim, { mode: 0o755 });
  for (const region of ['A', 'B'] as const) {
    writeFileSync(at.path(`service-${region}`), service(at, region, ca), { mode: 0o755 });
    mkdirSync(at.path(`work-${region}`));
  }
  const host = localHost(at.path('shims'));
  const opened: { close: () => unknown }[] = [];
  const secrets: Record<string, string> = { 'file:db-runbook': 'secret-runbook', 'file:../ca/ca.crt': ca.pem };
  const root = {
    site,
    kinds: regionKinds,
    secret: (reference: string) => Promise.resolve(secrets[reference] ?? ''),
    host: () => host,
    opened: <T extends { close: () => unknown }>(port: T) => (opened.push(port), port),
  };
  const databases = { A: pair.a.database, B: pair.b.database };
  const world = newWorld().ports();
  const ports: Ports = {
    ...world,
    ...rejoinPorts(root),
    host: () => host,
    database: (region) => databases[region as Region],
    positions: mariadbPositions,
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
  const schema = readFileSync(join(__dirname, '../../lab/loopback/own-shop.sql'), 'utf8');
  await pair.a.sql(`USE shop; DROP TABLE handover_epoch, handover_heartbeat; ${schema}`);
  await pair.b.database.waitFor((await pair.a.database.state()).position, 10_000);
  const connect = (region: Region) =>
    createConnection({
      host: addresses[region],
      port: pair.a.options.port,
      user: 'shop',
      password: 'secret-shop',
      database: 'shop',
      multipleStatements: true,
    });
  return {
    ...pair,
    at,
    site,
    ports,
    shop: async (region, statements) => {
      const connection = await connect(region);
      try {
        await transaction(connection, statements);
      } finally {
        connection.destroy();
      }
    },
    rows: (region, statement) =>
      (region === 'A' ? pair.a : pair.b)
        .sql(`USE shop; ${statement}`)
        .then((sets) => (Array.isArray(sets[1]) ? (sets[1] as Record<string, unknown>[]) : [])),
    close: async () => {
      await Promise.all(opened.map((port) => port.close()));
      for (const region of ['A', 'B'] as const)
        await host.run(`${at.path(`service-${region}`)} stop`, { timeoutMs: 15_000 });
      await pair.close();
    },
  };
}

async function transaction(connection: Connection, statements: [string, ...unknown[]][]): Promise<void> {
  await connection.query("SET sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00'");
  await connection.beginTransaction();
  for (const [statement, ...values] of statements) await connection.query(statement, values);
  await connection.commit();
}
