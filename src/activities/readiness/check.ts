/** One line of a readiness check. */
import type { CheckResult } from '../../domain/plan/result';
import { sentenceOf } from '../../ports/errors';

export const check = (name: string, ok: boolean, because: string): CheckResult => ({ name, ok, because });

/** A check that holds when `ask` comes to its sentence, and says why when it does not. */
export async function attempt(name: string, ask: () => Promise<string>): Promise<CheckResult> {
  try {
    return check(name, true, await ask());
  } catch (error) {
    return check(name, false, sentenceOf(error));
  }
}
