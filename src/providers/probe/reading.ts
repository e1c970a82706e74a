/** Turns an adapter's error into a reading. */
import { failedReading, type Reading, type Signal } from '../../domain/detection/reading';
import { answered } from '../http/connection-failed';
import { PortError } from '../../ports/errors';

/** @throws anything but a PortError, since that is a bug. */
export async function reading(signal: Signal, probe: () => Promise<Reading>): Promise<Reading> {
  try {
    return await probe();
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return failedReading(signal, { kind: error.kind, because: error.message, answered: answered(error) });
  }
}
