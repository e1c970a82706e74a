/** An amount in units of 1/100,000,000, so that 12.5, "12.50" and "12.50000000" are equal. Undefined when it is not an amount. */
export function parseAmount(amount: unknown): bigint | undefined {
  const text = typeof amount === 'number' || typeof amount === 'string' ? String(amount) : '';
  const match = /^(-?)(\d+)(?:\.(\d{1,8})0*)?$/.exec(text);
  if (match === null) return undefined;
  const whole = BigInt(`${match[2] ?? ''}${(match[3] ?? '').padEnd(8, '0')}`);
  return match[1] === '-' ? -whole : whole;
}

/** Whether both are amounts and equal. */
export function sameAmount(one: unknown, other: unknown): boolean {
  const left = parseAmount(one);
  return left !== undefined && left === parseAmount(other);
}
