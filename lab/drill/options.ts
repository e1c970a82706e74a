/** The options of `npm run drill`. */
import { parseArgs } from 'node:util';
import { databaseKinds, type DatabaseKind } from '../database-kind';
import { dnsKinds, stayFor, type DnsKind } from '../dns/zone-server';
import type { Given } from '../released/folders';
import type { ShopKind } from '../shop-kind';
import { oneOf, releasedOptions, shopOf } from '../shop-options';
import { drillKinds, faults, type DrillKind, type Fault } from '../../src/domain/plan/request';

export interface DrillOptions {
  kind: DrillKind;
  fault: Fault;
  /** Which server holds the shop's zone. */
  dns: DnsKind;
  database: DatabaseKind;
  shop: ShopKind;
  /** Released WooCommerce, as it was given on the command line. */
  given?: Given;
  stay: string;
  /** Planned moves one after the other, there and home; only of the kind `switchover`. */
  moves: number;
  keep: boolean;
  temporalPort: number;
  uiPort: number;
}

/** @throws Error that names the option, what is wrong with it, and a valid example. */
export function drillOptions(argv: string[]): DrillOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      kind: { type: 'string', default: 'outage' },
      fault: { type: 'string', default: 'isolate' },
      dns: { type: 'string', default: 'powerdns' },
      database: { type: 'string', default: 'mariadb' },
      shop: { type: 'string', default: 'full' },
      ...releasedOptions,
      stay: { type: 'string' },
      moves: { type: 'string' },
      keep: { type: 'boolean', default: false },
      'temporal-port': { type: 'string', default: '7233' },
      'ui-port': { type: 'string', default: '8233' },
    },
  });
  const dns = oneOf('dns', dnsKinds, values.dns);
  const kind = oneOf('kind', drillKinds, values.moves === undefined ? values.kind : 'switchover');
  const database = oneOf('database', databaseKinds, values.database);
  refuseLoss(database, kind);
  return {
    kind,
    database,
    moves: movesOf(values.moves),
    fault: oneOf('fault', faults, values.fault),
    dns,
    ...shopOf(values),
    stay: values.stay ?? stayFor(dns),
    keep: values.keep,
    temporalPort: portOf('temporal-port', values['temporal-port']),
    uiPort: portOf('ui-port', values['ui-port']),
  };
}

/** @throws Error for a drill whose end is a rejoin, which the runbook has not for this kind */
function refuseLoss(database: DatabaseKind, kind: DrillKind): void {
  if (database === 'mariadb' || kind !== 'outage') return;
  throw new Error(
    `handover can't rejoin a region of ${database} after an outage; move it by plan: --database ${database} --kind switchover`,
  );
}

/** Of one drill: there and home. */
export const movesOfDrill = 2;

function movesOf(given: string | undefined): number {
  if (given === undefined) return movesOfDrill;
  const moves = Number(given);
  if (Number.isInteger(moves) && moves > 0 && moves % movesOfDrill === 0 && moves <= 1000) return moves;
  throw new Error(`--moves must be an even number from 2 to 1000, not "${given}"; for example --moves 20`);
}

function portOf(name: string, given: string): number {
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(
    `--${name} must be a port from 1 to 65535, or 0 for any free one, not "${given}"; for example --${name} 7233`,
  );
}
