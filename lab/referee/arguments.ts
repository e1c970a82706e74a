import { parseArgs } from 'node:util';
import type { GatherOptions } from './gather';

export interface RefereeArguments extends GatherOptions {
  readonly json: boolean;
  /** Print only the ledgers' counts by region and epoch; no server is queried. */
  readonly talliesOnly: boolean;
}

/** Reads the command line. Throws an Error that names the argument, the problem and an example. */
export function refereeArguments(argv: readonly string[]): RefereeArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      lab: { type: 'string' },
      json: { type: 'boolean', default: false },
      region: { type: 'string', default: 'both' },
      shop: { type: 'string', default: 'full' },
      settled: { type: 'boolean', default: false },
      'before-heal-snapshot': { type: 'boolean', default: false },
      'address-a': { type: 'string', default: '198.51.100.10' },
      'address-b': { type: 'string', default: '203.0.113.10' },
    },
    strict: true,
  });
  const { lab, region, shop } = values;
  if (lab === undefined || lab === '')
    throw new Error('--lab is missing: name the folder of the lab, for example --lab .lab');
  if (region !== 'A' && region !== 'B' && region !== 'both') {
    throw new Error(`--region must be A, B or both, not "${region}", for example --region both`);
  }
  if (shop !== 'full' && shop !== 'plain' && shop !== 'woocommerce')
    throw new Error(`--shop must be full, plain or woocommerce, not "${shop}", for example --shop plain`);
  return {
    lab,
    shop,
    region,
    json: values.json,
    settled: values.settled,
    talliesOnly: values['before-heal-snapshot'],
    addresses: { A: values['address-a'], B: values['address-b'] },
  };
}
