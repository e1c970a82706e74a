import { PortError } from '../ports/errors';

/** @throws PortError unavailable when `answer` takes longer than `withinMs`. */
export function inTime<T>(answer: Promise<T>, withinMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new PortError('unavailable', `It did not answer within ${String(withinMs / 1000)} s.`)),
      withinMs,
    ).unref();
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
