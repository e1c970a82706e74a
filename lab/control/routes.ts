import { z } from 'zod';
import { placeNames, regionNames } from '../network/places';
import { tableModes } from './faults';
import { serviceNames, serviceVerbs } from './supervisor';

const region = z.enum(regionNames);
const place = z.enum(placeNames);
const name = z.string().regex(/^[\w.-]+$/, 'letters, digits, ".", "_" and "-" only, such as "shoppers-world"');
const signals = ['SIGTERM', 'SIGINT', 'SIGKILL', 'SIGSTOP', 'SIGCONT', 'SIGUSR1', 'SIGUSR2', 'SIGHUP'] as const;

/** The body of each call of the control API. */
const bodies = {
  '/cut': z.strictObject({ from: place, to: place, oneWay: z.boolean().default(false) }),
  '/isolate': z.strictObject({ region, withPayments: z.boolean().default(false) }),
  '/kill': z.strictObject({ region, service: z.enum(serviceNames) }),
  '/service': z.strictObject({ region, service: z.enum(serviceNames), verb: z.enum(serviceVerbs) }),
  '/pause': z.strictObject({ region }),
  '/table': z.strictObject({ region, mode: z.enum(tableModes) }),
  '/heal': z.strictObject({}),
  '/spawn': z.strictObject({
    name,
    namespace: place,
    command: z.string().min(1),
    args: z.array(z.string()).default([]),
    env: z.record(z.string(), z.string()).default({}),
  }),
  '/signal': z.strictObject({ name, signal: z.enum(signals) }),
  '/wait': z.strictObject({ name, seconds: z.number().positive().max(600) }),
  '/down': z.strictObject({}),
};

export type Path = keyof typeof bodies;
export type Body<P extends Path> = z.infer<(typeof bodies)[P]>;
/** The body as a caller writes it, without the defaults. */
export type Call<P extends Path> = z.input<(typeof bodies)[P]>;

const examples: Record<Path, string> = {
  '/cut': '{"from":"A","to":"B","oneWay":false}',
  '/isolate': '{"region":"A","withPayments":false}',
  '/kill': '{"region":"A","service":"mariadb"}',
  '/service': '{"region":"A","service":"mariadb","verb":"restart"}',
  '/pause': '{"region":"A"}',
  '/table': '{"region":"A","mode":"denied"}',
  '/heal': '{}',
  '/spawn': '{"name":"shoppers-world","namespace":"world","command":"node","args":["dist/lab/shoppers/cli.js"]}',
  '/signal': '{"name":"shoppers-world","signal":"SIGTERM"}',
  '/wait': '{"name":"shoppers-world","seconds":30}',
  '/down': '{}',
};

/** A body that does not match its call; the message names the field and gives a valid example. */
export class InvalidBody extends Error {}

/** @throws InvalidBody */
export function parseBody<P extends Path>(path: P, value: unknown): Body<P> {
  const parsed = bodies[path].safeParse(value);
  if (parsed.success) return parsed.data as Body<P>;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new InvalidBody(`${path}: ${problems.join('; ')}. A valid body is ${examples[path]}`);
}

export function isPath(path: string): path is Path {
  return path in bodies;
}
