/** Schema of the shop's `GET /health`: strict on the fields that are used, others are ignored. */
import { z } from 'zod';
import type { ShopHealth } from '../../ports/ports';

const whole = z
  .number()
  .int()
  .nullable()
  .transform((value) => value ?? 0);

const text = z
  .string()
  .nullable()
  .transform((value) => value ?? '');

/** The shop returns null for what it can't read; such a database counts as epoch 0, without a primary, read-only. */
const database = z.object({
  reachable: z.boolean(),
  serverId: whole,
  readOnly: z
    .boolean()
    .nullable()
    .transform((value) => value ?? true),
  epoch: whole,
  primary: text,
  verifiedEpoch: whole,
});

export const healthAnswer = z.object({
  region: z.string().min(1),
  role: z.string(),
  epoch: z.number().int(),
  /** Null or absent where the shop has no table. */
  tableRegion: text.prefault(''),
  scheduler: z.string(),
  /** Why new checkouts are held; empty when the gate is open. */
  gate: text,
  workerPid: z.number().int(),
  versions: z.record(z.string(), z.string()).exactOptional(),
  serving: z.boolean(),
  because: z.string(),
  database,
}) satisfies z.ZodType<ShopHealth>;

export const servingAnswer = z.object({ serving: z.boolean(), because: z.string() });
