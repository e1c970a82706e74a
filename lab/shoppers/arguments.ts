import { parseArgs } from 'node:util';
import type { Place } from './ledger-lines';

export interface ShopperArguments {
  readonly place: Place;
  readonly count: number;
  readonly rate: number;
  readonly lab: string;
  readonly resolver: string;
  readonly resolverPort: number;
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly seed: number;
  /** Seconds. */
  readonly patience: number;
  /** Seconds. */
  readonly drain: number;
  readonly inFlight: number;
  /** Seconds until a customer gives a request up. */
  readonly timeout: number;
  /** `orders`: the lab's own shop; `store`: the Store API of released WooCommerce. */
  readonly api: Api;
}

const APIS = ['orders', 'store'] as const;
export type Api = (typeof APIS)[number];

const NAMES = [
  'place',
  'count',
  'rate',
  'lab',
  'resolver',
  'resolver-port',
  'host',
  'port',
  'ca',
  'seed',
  'patience',
  'drain',
  'in-flight',
  'timeout',
  'api',
] as const;
type Name = (typeof NAMES)[number];
type Given = Partial<Record<Name, string>>;

const PLACES: readonly Place[] = ['world', 'A', 'B'];

/** Reads the command line. Throws an Error whose message names every argument that is missing or wrong, each with an example. */
export function shopperArguments(argv: readonly string[]): ShopperArguments {
  const options = Object.fromEntries(NAMES.map((name) => [name, { type: 'string' as const }]));
  const given = parseArgs({ args: [...argv], options, strict: true }).values as Given;
  const problems: string[] = [];
  const text = (name: Name, example: string): string => {
    const value = given[name];
    if (value === undefined || value === '') problems.push(`--${name} is missing, for example --${name} ${example}`);
    return value ?? '';
  };
  const number = (name: Name, fallback: number | undefined, least: number): number => {
    const value = given[name] ?? fallback?.toString() ?? '';
    if (value !== '' && Number(value) >= least) return Number(value);
    problems.push(
      `--${name} must be a number of at least ${least}, not "${value}", for example --${name} ${fallback ?? 20}`,
    );
    return NaN;
  };
  const place = PLACES.find((candidate) => candidate === given.place);
  if (place === undefined)
    problems.push(`--place must be world, A or B, not "${given.place ?? ''}", for example --place world`);
  const parsed: ShopperArguments = {
    place: place ?? 'world',
    count: number('count', undefined, 1),
    rate: number('rate', undefined, 0.1),
    lab: text('lab', '/mnt'),
    resolver: text('resolver', '198.18.0.54'),
    resolverPort: number('resolver-port', 53, 1),
    host: text('host', 'www.shop.test'),
    port: number('port', 443, 1),
    ca: text('ca', '/mnt/ca/ca.crt'),
    seed: number('seed', 1, 0),
    patience: number('patience', 60, 0),
    drain: number('drain', 20, 0),
    // As many as arrive within the 4 s that a customer waits: more would only queue for longer than that.
    inFlight: number('in-flight', Math.ceil(4 * Number(given.rate ?? 1)) + 4 || 8, 1),
    timeout: number('timeout', 4, 0.1),
    api: apiOf(given.api, problems),
  };
  if (problems.length > 0) throw new Error(problems.join('; '));
  return parsed;
}

function apiOf(given: string | undefined, problems: string[]): Api {
  const api = APIS.find((candidate) => candidate === (given ?? 'orders'));
  if (api === undefined) problems.push(`--api must be orders or store, not "${given ?? ''}", for example --api store`);
  return api ?? 'orders';
}
