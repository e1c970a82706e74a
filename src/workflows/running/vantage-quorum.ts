/** Asks all vantages in parallel and returns when a quorum agrees; a silent one delays nobody. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { StepCall } from '../../domain/plan/plan';
import type { StepSuccess } from '../../domain/plan/interpreter';
import { sentenceOf } from '../../domain/sentence';

/** @throws ApplicationFailure `NoQuorum` with what each of the others said, as soon as enough yes can no longer come. */
export function askQuorum(call: StepCall, ask: (vantage: string) => Promise<StepSuccess>): Promise<StepSuccess> {
  const { names, quorum } = call.vantages ?? { names: [], quorum: 0 };
  return new Promise((resolve, reject) => {
    const yes: string[] = [];
    const no: string[] = [];
    const facts: StepSuccess['facts'] = {};
    for (const name of names) {
      ask(name).then(
        (success) => {
          yes.push(name);
          facts[name] = success.because;
          if (yes.length === quorum)
            resolve({ outcome: 'done', because: `${yes.join(' and ')} agree: ${success.because}`, facts });
        },
        (error: unknown) => {
          no.push(`${name}: ${sentenceOf(error)}`);
          if (no.length > names.length - quorum) reject(ApplicationFailure.nonRetryable(no.join(' '), 'NoQuorum'));
        },
      );
    }
  });
}
