/** The options of `npm run bench`. */
import { parseArgs } from 'node:util';
import type { Figure, MeasureOptions } from './figure';
import { figures } from './figures';

export interface BenchOptions extends MeasureOptions {
  chosen: readonly Figure[];
  json: boolean;
  list: boolean;
}

/** @throws Error that names what is wrong and gives a valid example. */
export function benchOptions(argv: string[]): BenchOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      'from-clone': { type: 'boolean', default: false },
    },
  });
  const names = values.only?.split(',').map((name) => name.trim());
  const known = figures.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(
      `there is no figure "${unknown}"; the figures are ${known.join(', ')}; for example --only planned,reload`,
    );
  const chosen = figures.filter(({ name }) => names === undefined || names.includes(name));
  return { chosen, json: values.json, list: values.list, fromClone: values['from-clone'] };
}
