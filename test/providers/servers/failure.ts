import { PortError } from '../../../src/ports/errors';

/** The PortError that `attempt` must reject with. */
export async function failure(attempt: Promise<unknown>): Promise<PortError> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PortError) return error;
  throw new Error(`expected a PortError, got ${String(error)}`);
}
