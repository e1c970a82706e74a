/** The options of `npm run drill`. */
import { parseArgs } from 'node:util';
import { dnsKinds, stayFor, type DnsKind } from '../dns/zone-server';
import { shopKinds, type ShopKind } from '../shop-kind';
import { drillKinds, faults, type DrillKind, type Fault } from '../../src/domain/plan/request';

export interface DrillOptions {
  kind: DrillKind;
  fault: Fault;
  /** Which server holds the shop's zone. */
  dns: DnsKind;
  shop: ShopKind;
  stay: string;
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
      shop: { type: 'string', default: 'full' },
      stay: { type: 'string' },
      keep: { type: 'boolean', default: false },
      'temporal-port': { type: 'string', default: '7233' },
      'ui-port': { type: 'string', default: '8233' },
    },
  });
  const dns = oneOf('dns', dnsKinds, values.dns);
  return {
    kind: oneOf('kind', drillKinds, values.kind),
    fault: oneOf('fault', faults, values.fault),
    dns,
    shop: oneOf('shop', shopKinds, values.shop),
    stay: values.stay ?? stayFor(dns),
    keep: values.keep,
    temporalPort: portOf('temporal-port', values['temporal-port']),
    uiPort: portOf('ui-port', values['ui-port']),
  };
}

function oneOf<T extends string>(name: string, allowed: readonly T[], given: string): T {
  const found = allowed.find((each) => each === given);
  if (found === undefined)
    throw new Error(
      `--${name} must be one of ${allowed.join(', ')}, not "${given}"; for example --${name} ${allowed.at(-1) ?? ''}`,
    );
  return found;
}

function portOf(name: string, given: string): number {
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(
    `--${name} must be a port from 1 to 65535, or 0 for any free one, not "${given}"; for example --${name} 7233`,
  );
}
