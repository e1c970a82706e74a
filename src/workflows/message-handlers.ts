/** Registers a table of verbs as signals and updates, and passes on each message as it arrives. */
import { ApplicationFailure, defineSignal, defineUpdate, log, setHandler } from '@temporalio/workflow';
import { sentenceOf } from '../domain/sentence';
import { problemsWith, type MessageFields } from '../contract/messages';
import type { Verb } from '../contract/verb-fields';

export interface Message<N extends string = string> {
  verb: N;
  fields: MessageFields;
}

/**
 * Calls `handle` for each well-formed message. An update that is not well-formed, or for which `refusal` has a sentence now, is refused before
 * it is recorded; a signal that is not well-formed is logged and dropped.
 */
export function handleMessages<N extends string>(
  verbs: readonly Verb<N>[],
  handle: (message: Message<N>) => string | Promise<string>,
  refusal: (message: Message<N>) => string | undefined = () => undefined,
): void {
  for (const verb of verbs) {
    setHandler(
      defineSignal<[unknown]>(verb.name),
      (given) => {
        const problems = problemsWith(verb, given);
        if (problems.length > 0) log.warn(`An invalid signal was dropped: ${problems.join(' ')}`);
        else unanswered(handle({ verb: verb.name, fields: (given ?? {}) as MessageFields }));
      },
      { description: verb.description },
    );
    setHandler(
      defineUpdate<string, [unknown]>(verb.name),
      (given) => handle({ verb: verb.name, fields: (given ?? {}) as MessageFields }),
      {
        description: verb.description,
        validator: (given) => {
          const problems = problemsWith(verb, given, Date.now());
          if (problems.length > 0) throw ApplicationFailure.nonRetryable(problems.join(' '), 'InvalidInput');
          const because = refusal({ verb: verb.name, fields: (given ?? {}) as MessageFields });
          if (because !== undefined) throw ApplicationFailure.nonRetryable(because, 'Refused');
        },
      },
    );
  }
}

/** A signal has no answer, so what became of it is logged. */
function unanswered(answer: string | Promise<string>): void {
  if (typeof answer !== 'string')
    answer.catch((error: unknown) => log.warn(`A signal was refused: ${sentenceOf(error)}`));
}
