/** The body of the shop's `GET /health`: strict on the fields we judge by, deaf to all others. */
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

/** What the shop can't see it answers as null; such a database claims nothing: epoch 0, no primary, not writable. */
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
  tableRegion: z.string(),
  scheduler: z.string(),
  /** Why new checkouts are held; empty when they are not. */
  gate: text,
  workerPid: z.number().int(),
  serving: z.boolean(),
  because: z.string(),
  database,
  sessions: z.object({ reachable: z.boolean(), role: text }),
}) satisfies z.ZodType<ShopHealth>;

export const servingAnswer = z.object({ serving: z.boolean(), because: z.string() });
