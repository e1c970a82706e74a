/** Field types of a site file. Each error says what the field must be, with a valid example, and never contains the value. */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { hostAndPort } from './addresses';
import { parseDuration } from './duration';

type Message = (issue: { input?: unknown }) => string;

/** The error message for a missing or wrong value. */
export function expected(what: string, example: string): Message {
  return ({ input }) =>
    `${input === undefined ? 'is missing' : 'is wrong'}; it must be ${what}, for example ${example}`;
}

/** A string for which `holds` returns true. */
export function text(what: string, example: string, holds: (value: string) => boolean = (value) => value !== '') {
  const error = expected(what, example);
  return z
    .string({ error })
    .max(1_000, { error })
    .refine(holds, { error })
    .meta({ examples: [example] });
}

export function whole(min: number, max: number, example: string) {
  const error = expected(`a whole number from ${min} to ${max}`, example);
  return z
    .int({ error })
    .min(min, { error })
    .max(max, { error })
    .meta({ examples: [example] });
}

export function share(example: string) {
  const error = expected('a number above 0 and at most 1', example);
  return z
    .number({ error })
    .gt(0, { error })
    .lte(1, { error })
    .meta({ examples: [example] });
}

export function flag(example: string) {
  return z.boolean({ error: expected('true or false', example) }).meta({ examples: [example] });
}

export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: expected(values.join(' or '), values[0]) }).meta({ examples: [values[0]] });
}

/** A duration with a unit, parsed into milliseconds. */
export function duration(example: string) {
  const error = expected('a non-negative duration with a unit (ms, s, m, h or d)', example);
  return z
    .string({ error })
    .refine((value) => parseDuration(value) !== undefined, { error, abort: true })
    .transform((value) => parseDuration(value) ?? 0)
    .meta({ examples: [example] });
}

const label = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';
const hostPattern = new RegExp(`^${label}(\\.${label})*$`, 'i');

export const isHostName = (value: string) => value.length <= 253 && hostPattern.test(value) && !/^[\d.]+$/.test(value);
export const isHost = (value: string) => isIP(value) !== 0 || isHostName(value);
export const isFullName = (value: string) => value.endsWith('.') && isHostName(value.slice(0, -1));

export const host = (example: string) => text('an IP address or a host name', example, isHost);
export const address = (example: string) => text('an IP address', example, (value) => isIP(value) !== 0);
export const fullName = (example: string) =>
  text('a full DNS name with a trailing dot, in xn-- form if it is internationalized', example, isFullName);
export const port = (example: string) => whole(1, 65_535, example);
export const path = (example: string) => text('an absolute path', example, (value) => /^\/[^\0\n]*$/.test(value));
export const command = (example: string) => text('a shell command', example, (value) => value.trim() !== '');
export const name = (example: string) =>
  text('a name of letters, digits, dashes and underscores', example, (value) => /^[\w-]{1,64}$/.test(value));
export { isIPv4, isIPv6 };

/** An http or https URL without credentials. */
export function url(example: string) {
  return text('an http or https URL without user name and password', example, (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    return (
      parsed !== undefined && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === ''
    );
  });
}

/** `HOST:PORT`, or `[IPv6]:PORT`: without brackets the port could be a part of the address. */
export function endpoint(example: string) {
  return text('HOST:PORT, with an IPv6 address in brackets', example, (value) =>
    isHost(hostAndPort(value)?.host ?? ''),
  );
}
