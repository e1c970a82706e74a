/** The composition root: from a site to the ports that its steps use. Nothing is connected, and no secret read, before it is asked. */
import type { Region, Site } from '../config/schema';
import { openRateLimiters, rateLimited, withCredentialHash, type RateLimiters } from '../providers/rate-limit/scope';
import { channels } from '../providers/alerts';
import { eachChannel, type Channel } from '../providers/alerts/channel';
import { deadManAt } from '../providers/alerts/dead-man';
import { findKind, type Context } from '../providers/kit/kind';
import { dnsProviders } from '../providers/dns';
import { authoritative } from '../providers/dns/authoritative';
import { cachedZone, withFallback, type ProviderZone, type Zone } from '../providers/dns/zone';
import { openHost } from '../providers/host';
import { lazyPort } from '../providers/kit/lazy-port';
import type { DeadMan, Dns, Host, Ports, Shop, Table } from '../ports/ports';
import { secretOf } from '../providers/kit/secret';
import { regionKinds, type RegionKinds } from '../providers/region-kinds';
import { httpsShop } from '../providers/shop/https';
import { openTable } from '../providers/table';
import { absent, each } from './each';
import { inspectionPorts } from './inspection';
import { regionPorts } from './region';
import { rejoinPorts } from './rejoin';
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
  kinds: RegionKinds = regionKinds,
): Connected {
  const open: { close: () => unknown }[] = [];
  const opened: Root['opened'] = (port) => {
    open.push(port);
    return port;
  };
  const root: Root = { site, secret, opened, limiters };
  const host = each('region', site.regions, (region, name) => hostOf(root, name, region.host));
  const regions = { ...root, host, kinds };
  return {
    ...regionPorts(regions),
    ...inspectionPorts(regions),
    host,
    shop: each('region', site.regions, ({ address }, name) => shopOf(root, name, address)),
    table: tablesOf(root),
    dns: dnsOf(root),
    ...(site.traffic && { traffic: connectTraffic(site.traffic, { secret }, opened, limiters) }),
    ...alertsOf(root),
    ...deadManOf(root),
    ...rejoinPorts(regions),
    regions: Object.keys(site.regions),
    now: Date.now,
    sleep,
    close: async () => {
      await Promise.allSettled(open.splice(0).map((port) => port.close()));
    },
  };
}

function hostOf({ secret, opened }: Root, region: string, host: Region['host']): Host {
  return lazyPort(async () => {
    const secrets = { key: await secret(host.key), knownHosts: await secret(host.knownHosts) };
    return opened(openHost({ ...host, ...secrets, region }));
  });
}

function shopOf({ site, secret, opened }: Root, region: string, address: string): Shop {
  const { name, ca, canaryToken, healthPath: health, servingPath: serving, canaryPath: canary } = site.shop;
  const paths = { health, serving, canary };
  return lazyPort<Shop>(async () =>
    opened(httpsShop({ region, address, name, paths, ca: await secret(ca), canaryToken: await secret(canaryToken) })),
  );
}

function tablesOf({ site, secret, opened }: Root): Ports['table'] {
  const { table } = site;
  if (table === undefined) return absent('table', `${site.site} has no table`);
  return each('table region', table.endpoints, (endpoint, tableRegion) =>
    lazyPort<Table>(async () =>
      opened(openTable({ tableRegion, endpoint, table: table.name, key: await secret(table.key) })),
    ),
  );
}

/** One way after the other to the same zone; the authoritative servers say whether a change was one. */
function dnsOf({ site, secret, opened, limiters }: Root): Dns {
  const { provider, alternative, authoritative: servers, resolvers = [] } = site.dns;
  const ways = [provider, ...(alternative ? [alternative] : [])].map((options): ProviderZone => {
    const { kind, title, limit, readEveryMs, connect: open } = findKind('dns.provider', dnsProviders, options);
    const zone = lazyPort<Zone>(async () => {
      const { context, credential } = withCredentialHash({ secret }, 'url' in options ? options.url : kind);
      const { read, replace, flaws = () => Promise.resolve([]) } = opened(await open(options, context));
      return cachedZone(rateLimited(limiters(credential(), title, limit), { read, replace, flaws }), readEveryMs);
    });
    return { kind, read: zone.read, replace: zone.replace, flaws: zone.flaws };
  });
  return {
    kind: provider.kind,
    ...withFallback(ways),
    answers: authoritative({ servers }),
    resolved: authoritative({ servers: resolvers }),
  };
}

/** Every alert goes to the log too: a site without channels still leaves a trace. */
function alertsOf({ site, secret, opened }: Root): Pick<Ports, 'alerts' | 'alertChannels' | 'recipients'> {
  const ways = [{ kind: 'log' } as const, ...site.alerts].map((each) => {
    const { escalateAfter, ...options } = { escalateAfter: undefined, ...each };
    const { kind, connect: open } = findKind('alerts', channels, options);
    const { send } = lazyPort<Pick<Channel, 'send'>>(async () => opened(await open(options, { secret })));
    return { kind, send, ...(escalateAfter !== undefined && { escalateAfterMs: escalateAfter }) };
  });
  return eachChannel(ways);
}

function deadManOf({ site: { deadMan }, secret, opened }: Root): Pick<Ports, 'deadMan'> {
  if (!deadMan) return {};
  return { deadMan: lazyPort<DeadMan>(async () => opened(deadManAt(await secret(deadMan.url)))) };
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
