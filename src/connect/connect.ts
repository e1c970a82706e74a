/** The composition root: from a site to the ports that its steps use. Nothing is connected, and no secret read, before it is asked. */
import type { Region } from '../config/region';
import type { Site } from '../config/schema';
import { openRateLimiters, rateLimited, withCredentialHash, type RateLimiters } from '../providers/rate-limit/scope';
import { channels } from '../providers/alerts';
import { toAll } from '../providers/alerts/channel';
import { rejoinPorts } from './rejoin';
import { mariadb } from '../providers/database/mariadb/mariadb';
import { mariadbPositions } from '../providers/database/mariadb/positions';
import { kindOf, type Context } from '../providers/kit/kind';
import { dnsProviders } from '../providers/dns';
import { authoritative } from '../providers/dns/authoritative';
import { firstOpen, paced, type Way, type Zone } from '../providers/dns/zone';
import { PortError } from '../ports/errors';
import { ssh } from '../providers/host/ssh';
import { lazyPort } from '../providers/kit/lazy-port';
import { rsync, type RsyncPeer } from '../providers/media/rsync';
import type { Alerts, Database, Dns, Host, Ports, Sessions, Shop, Table } from '../ports/ports';
import { secretOf } from '../providers/kit/secret';
import { redis } from '../providers/sessions/redis';
import { phpFpm } from '../providers/settings/php-fpm';
import { httpsShop } from '../providers/shop/https';
import { dynamodb } from '../providers/table/dynamodb';
import { connectTraffic } from './traffic';

export type Connected = Ports & {
  /** Closes every connection that was opened. */
  close: () => Promise<void>;
};

/** What every opening needs: the site, its secrets, and a place to leave what must be closed. */
interface Root extends Context {
  site: Site;
  opened: <T extends { close: () => unknown }>(port: T) => T;
  limiters: RateLimiters;
}

/** Those of this process: sites share credentials. */
const ofProcess = openRateLimiters();

/** Ports of `site`, each made once and kept. Asking for a region or table that the site does not name is refused. */
export function connect(
  site: Site,
  { secret }: Context = { secret: secretOf },
  limiters: RateLimiters = ofProcess,
): Connected {
  const open: { close: () => unknown }[] = [];
  const opened: Root['opened'] = (port) => {
    open.push(port);
    return port;
  };
  const root: Root = { site, secret, opened, limiters };
  const host = each('region', site.regions, (region, name) => hostOf(root, name, region));
  return {
    database: each('region', site.regions, (region, name) => databaseOf(root, name, region)),
    positions: mariadbPositions,
    sessions: each('region', site.regions, (region, name) => sessionsOf(root, name, region)),
    host,
    settings: each('region', site.regions, ({ settings }, name) =>
      phpFpm({ ...settings, region: name, host: host(name) }),
    ),
    media: each('region', site.regions, ({ media }, name) =>
      rsync({ ...media, region: name, host: host(name), peers: peersOf(site, name) }),
    ),
    shop: each('region', site.regions, ({ address }, name) => shopOf(root, name, address)),
    table: each('table region', site.table.endpoints, (endpoint, tableRegion) => tableOf(root, tableRegion, endpoint)),
    dns: dnsOf(root),
    ...(site.traffic && { traffic: connectTraffic(site.traffic, { secret }, opened, limiters) }),
    alerts: alertsOf(root),
    ...rejoinPorts({ ...root, host }),
    regions: Object.keys(site.regions),
    now: Date.now,
    sleep,
    close: async () => {
      await Promise.allSettled(open.splice(0).map((port) => port.close()));
    },
  };
}

/** A function that makes the port of each name once. */
function each<V, P>(
  what: string,
  named: Readonly<Record<string, V>>,
  make: (value: V, name: string) => P,
): (name: string) => P {
  const made = new Map<string, P>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = Object.hasOwn(named, name) ? named[name] : undefined;
    if (value === undefined)
      throw new PortError('refused', `There is no ${what} ${name}; the site has ${Object.keys(named).join(', ')}.`);
    const port = make(value, name);
    made.set(name, port);
    return port;
  };
}

function databaseOf({ site, secret, opened }: Root, region: string, { database }: Region): Database {
  const { database: schema, idTables } = site.shop;
  return lazyPort(async () => {
    const password = await secret(database.password);
    const replicationPassword = await secret(database.replicationPassword);
    const secrets = { password, replicationPassword, ca: await secret(database.ca) };
    return opened(mariadb({ ...database, ...secrets, region, site: site.site, database: schema, idTables }));
  });
}

function sessionsOf({ secret, opened }: Root, region: string, { sessions }: Region): Sessions {
  return lazyPort(async () => opened(redis({ ...sessions, region, password: await secret(sessions.password) })));
}

function hostOf({ secret, opened }: Root, region: string, { host }: Region): Host {
  return lazyPort(async () => {
    const secrets = { key: await secret(host.key), knownHosts: await secret(host.knownHosts) };
    return opened(ssh({ ...host, ...secrets, region }));
  });
}

/** The other regions as `region` sees them. */
function peersOf({ regions }: Site, region: string): Record<string, RsyncPeer> {
  const others = Object.entries(regions).filter(([name]) => name !== region);
  return Object.fromEntries(
    others.map(([name, { host, media }]) => [
      name,
      { address: host.address, port: host.port, user: host.user, path: media.path },
    ]),
  );
}

function shopOf({ site, secret, opened }: Root, region: string, address: string): Shop {
  const { name, ca, canaryToken } = site.shop;
  return lazyPort<Shop>(async () =>
    opened(httpsShop({ region, address, name, ca: await secret(ca), canaryToken: await secret(canaryToken) })),
  );
}

function tableOf({ site, secret, opened }: Root, tableRegion: string, endpoint: string): Table {
  const { name, key } = site.table;
  return lazyPort<Table>(async () => opened(dynamodb({ tableRegion, endpoint, table: name, key: await secret(key) })));
}

/** One way after the other to the same zone; the authoritative servers say whether a change was one. */
function dnsOf({ site, secret, opened, limiters }: Root): Dns {
  const { provider, alternative, authoritative: servers, resolvers = [] } = site.dns;
  const ways = [provider, ...(alternative ? [alternative] : [])].map((options): Way => {
    const { kind, title, limit, readEveryMs, connect: open } = kindOf('dns.provider', dnsProviders, options);
    const zone = lazyPort<Zone>(async () => {
      const { context, credential } = withCredentialHash({ secret }, 'url' in options ? options.url : kind);
      const { read, replace, flaws = () => Promise.resolve([]) } = opened(await open(options, context));
      return paced(rateLimited(limiters(credential(), title, limit), { read, replace, flaws }), readEveryMs);
    });
    return { kind, read: zone.read, replace: zone.replace, flaws: zone.flaws };
  });
  return {
    kind: provider.kind,
    ...firstOpen(ways),
    answers: authoritative({ servers }),
    resolved: authoritative({ servers: resolvers }),
  };
}

/** Every alert goes to the log too: a site without channels still leaves a trace. */
function alertsOf({ site, secret, opened }: Root): Alerts {
  const wanted = [{ kind: 'log' }, ...site.alerts];
  return toAll(
    wanted.map((options) => {
      const { kind, connect: open } = kindOf('alerts', channels, options);
      const { send } = lazyPort<Alerts>(async () => opened(await open(options, { secret })));
      return { kind, send };
    }),
  );
}

/** Resolves after `ms`, or at once when `signal` aborts. */
function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, signal?.aborted ? 0 : ms);
    signal?.addEventListener('abort', done);
  });
}
