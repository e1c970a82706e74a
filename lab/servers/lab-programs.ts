import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessSpec } from '../control/process';
import { asWebUser } from './php-fpm';
import { peerOf, places, shopName, world, type RegionName } from '../network/places';

/** A Node program of the lab, by its compiled entry below `dist/lab`; undefined when the build does not contain it. */
function program(checkout: string, entry: string, args: string[]): Pick<ProcessSpec, 'command' | 'args'> | undefined {
  const path = join(checkout, 'dist/lab', entry);
  return existsSync(path) ? { command: process.execPath, args: ['--enable-source-maps', path, ...args] } : undefined;
}

/** The gateway and the mail service. */
export function paymentServices(checkout: string): ProcessSpec[] {
  return [
    { name: 'gateway', port: 8080 },
    { name: 'mail', port: 8081 },
  ].flatMap(({ name, port }) => {
    const args = ['--listen', `${places.pay.address}:${port}`, '--ledger', `/mnt/ledgers/${name}.jsonl`];
    const found = program(checkout, `payments/${name}.js`, args);
    return found ? [{ ...found, name, place: 'pay', view: 'lab', listens: [{ tcp: port }] }] : [];
  });
}

/** A region's endpoint of the DynamoDB table. */
export function tableEndpoint(checkout: string, region: RegionName): ProcessSpec[] {
  const peer = peerOf(region);
  const found = program(checkout, 'table/front.js', [
    ...['--region', `lab-${region.toLowerCase()}`, '--listen', `${places[region].address}:8000`],
    ...['--peer', `lab-${peer.toLowerCase()}=http://${places[peer].address}:8000`],
    ...['--control', '/srv/run/table.sock', '--journal', '/srv/table/journal.jsonl', '--secrets', '/mnt/secrets'],
  ]);
  const listens = [{ tcp: 8000 }, { path: '/srv/run/table.sock' }];
  return found ? [{ ...found, name: `${region}.table`, place: region, view: 'lab', listens }] : [];
}

/** A region's scheduler, which calls its own region's shop. */
export function regionScheduler(checkout: string, region: RegionName): ProcessSpec[] {
  const found = program(checkout, 'scheduler.js', [
    ...['--url', `https://${places[region].address}/scheduler/run`, '--server-name', shopName],
    ...['--ca', '/mnt/ca/ca.crt', '--token-file', '/mnt/secrets/scheduler'],
    ...['--name-server', world.authoritative, '--address', places[region].address],
  ]);
  return found ? [{ ...found, name: `${region}.scheduler`, place: region, view: 'lab' }] : [];
}

/** What a host's timers do for released WooCommerce, as the web server's user. It never ends a run in the middle, as a timer does not either. */
export function releasedBackground(region: RegionName): ProcessSpec[] {
  const [command, ...args] = asWebUser;
  return [
    {
      name: `${region}.scheduler`,
      place: region,
      view: 'host',
      command,
      args: [...args, 'sh', '/srv/etc/background.sh'],
    },
  ];
}

/** Forwards ports of the host's loopback to Temporal, and serves the control targets. */
export function portForward(checkout: string): ProcessSpec {
  const found = program(checkout, 'port-forward.js', []);
  if (!found) throw new Error('dist/lab/port-forward.js is missing: run `npm run build`');
  return { ...found, name: 'port-forward', place: 'world', view: 'lab', listens: [{ tcp: 80 }], channel: true };
}
