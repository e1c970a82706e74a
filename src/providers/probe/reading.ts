/** Turns what an adapter threw into what a vantage may believe. */
import { failedReading, type Reading, type Signal } from '../../domain/detection/reading';
import { answered } from '../http/connection-failed';
import { PortError } from '../../ports/errors';

/** @throws only what is no failure of the world. */
export async function reading(signal: Signal, ask: () => Promise<Reading>): Promise<Reading> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return failedReading(signal, { kind: error.kind, because: error.message, answered: answered(error) });
  }
}
