/** Sums of decimals in digits, exact at any length. */
import type { Value } from '../transaction';

const decimal = /^-?\d+(\.\d+)?$/;

/** here + there - was, for decimals in digits; undefined where one of them is no number. An absent value counts as 0 where another is a number. */
export function summed(here: Value, there: Value, was: Value): string | undefined {
  const values = [here, there, was];
  if (values.every((value) => value === null || value === '')) return undefined;
  const texts = values.map((value) => (value === null || value === '' ? '0' : value));
  if (!texts.every((value): value is string => typeof value === 'string' && decimal.test(value))) return undefined;
  const places = Math.max(...texts.map((value) => value.split('.')[1]?.length ?? 0));
  const [a = 0n, b = 0n, c = 0n] = texts.map((value) => scaled(value, places));
  return written(a + b - c, places);
}

function scaled(value: string, places: number): bigint {
  const [whole = '0', fraction = ''] = value.replace('-', '').split('.');
  const digits = BigInt(whole + fraction.padEnd(places, '0'));
  return value.startsWith('-') ? -digits : digits;
}

function written(value: bigint, places: number): string {
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0');
  const [whole, fraction] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  const shown = fraction.replace(/0+$/, '') === '' ? whole : `${whole}.${fraction.replace(/0+$/, '')}`;
  return value < 0n ? `-${shown}` : shown;
}

export const isBelowZero = (value: Value | undefined): boolean => typeof value === 'string' && /^-\d/.test(value);

/** Whether a value says nothing: it is no number that could count. */
export const isAbsent = (value: Value | undefined): boolean => value == null || value === '';
