/** One line of a readiness check. */
import type { CheckResult } from '../../domain/plan/result';
import { PortError, sentenceOf } from '../../ports/errors';

export const check = (name: string, ok: boolean, because: string): CheckResult => ({ name, ok, because });

/** What could not be read: neither good nor bad. */
export const unknown = (name: string, because: string): CheckResult => ({ name, ok: false, unknown: true, because });

/** A check that holds when `ask` comes to its sentence, and says why when it does not. */
export async function attempt(name: string, ask: () => Promise<string>): Promise<CheckResult> {
  try {
    return check(name, true, await ask());
  } catch (error) {
    return isSilence(error) ? unknown(name, sentenceOf(error)) : check(name, false, sentenceOf(error));
  }
}

/** Customers are not served while it is wrong. */
export const asVital = (result: CheckResult): CheckResult =>
  result.ok || result.unknown ? result : { ...result, vital: true };

/** No answer, or none yet. A server that refuses has answered. */
const isSilence = (error: unknown): boolean =>
  error instanceof PortError && (error.kind === 'unavailable' || error.kind === 'limited');
