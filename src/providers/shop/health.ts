/**
 * Schema of the shop's `GET /health`: strict on the fields that are used, others are ignored. Texts go into sentences, so each has a form that
 * no value of a customer's has.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ShopHealth } from '../../ports/ports';
import { knownReason } from './known-reasons';

const whole = z
  .number()
  .int()
  .nullable()
  .transform((value) => value ?? 0);

const form = (pattern: RegExp) => z.string().regex(pattern);
export const regionName = form(/^[A-Za-z0-9][A-Za-z0-9-]{0,15}$/);
/** Empty where the shop was not told. */
const word = form(/^[a-z-]{0,16}$/);
const orEmpty = (text: z.ZodType<string>) => text.nullable().transform((value) => value ?? '');
const reason = z.string().transform(knownReason);

/** The shop returns null for what it can't read; such a database counts as epoch 0, without a primary, read-only. */
const database = z.object({
  reachable: z.boolean(),
  serverId: whole,
  readOnly: z
    .boolean()
    .nullable()
    .transform((value) => value ?? true),
  epoch: whole,
  primary: orEmpty(regionName.or(z.literal(''))),
  verifiedEpoch: whole,
});

/** A name, a version or a few small words; whatever else a shop says is compared by its hash. */
const version =
  /^(?:[\w./+:~-]{0,80}(?: [\w./+~-]*\d[\w./+~-]*){0,3}|[a-z\d][\w./-]{0,80}(?: [a-z][\w./-]{0,40}){0,3})$/;
const shown = (text: string) =>
  version.test(text) ? text : `#${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;

function shownVersions(versions: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(versions).map(([name, told]) => [shown(name), shown(told)]));
}

export const healthAnswer = z.object({
  region: regionName,
  role: word,
  epoch: z.number().int(),
  /** Null or absent where the shop has no table. */
  tableRegion: orEmpty(form(/^[a-z0-9-]{0,63}$/)).prefault(''),
  scheduler: word,
  /** Why new checkouts are held; empty when the gate is open. */
  gate: orEmpty(z.string().transform((shut) => (shut === '' ? '' : 'shut'))),
  workerPid: z.number().int(),
  versions: z.record(z.string(), z.string()).transform(shownVersions).exactOptional(),
  serving: z.boolean(),
  because: reason,
  database,
}) satisfies z.ZodType<ShopHealth>;

export const servingAnswer = z.object({ serving: z.boolean(), because: reason });
