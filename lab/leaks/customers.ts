/** What customers trust a shop with, as canaries: unique, long, and with the characters that servers quote and escape. */
import { createHash } from 'node:crypto';
import type { Canary } from './canaries';

const kinds = ['email', 'name', 'address', 'session token', 'password hash', 'payment id'] as const;
type CustomerDatum = (typeof kinds)[number];

/** `length` characters without a slash. Its first and last 24 need no quoting, so that a cut-off value is found however it is escaped. */
export function customers(of: CustomerDatum, length = 120): string {
  const digits = createHash('sha256').update(of).digest('hex');
  const first = `cnry.${of.replaceAll(' ', '.')}.${digits}`.slice(0, 24);
  const last = of === 'email' ? `${digits.slice(0, 8)}@customer.example` : digits.slice(-24);
  return `${first}'"\\ `.padEnd(length - last.length, digits) + last;
}

export const customerCanaries: readonly Canary[] = kinds.flatMap((of) => [
  { of, text: customers(of) },
  { of: `short ${of}`, text: customers(of, 64) },
]);
