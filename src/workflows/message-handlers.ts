/** Registers a table of verbs as signals and updates, and collects what is said in the order in which it was said. */
import { ApplicationFailure, defineSignal, defineUpdate, log, setHandler } from '@temporalio/workflow';
import { problemsWith, type Verb, type Words } from '../contract/messages';

export interface Said {
  verb: string;
  words: Words;
}

/** Calls `hear` for each well-formed message. An update that is not well-formed is refused before it is recorded; a signal is logged and dropped. */
export function openDesk(verbs: readonly Verb[], hear: (said: Said) => string): void {
  for (const verb of verbs) {
    setHandler(
      defineSignal<[unknown]>(verb.name),
      (given) => {
        const problems = problemsWith(verb, given);
        if (problems.length > 0) log.warn(`A signal was not understood: ${problems.join(' ')}`);
        else hear({ verb: verb.name, words: (given ?? {}) as Words });
      },
      { description: verb.description },
    );
    setHandler(
      defineUpdate<string, [unknown]>(verb.name),
      (given) => hear({ verb: verb.name, words: (given ?? {}) as Words }),
      {
        description: verb.description,
        validator: (given) => {
          const problems = problemsWith(verb, given);
          if (problems.length > 0) throw ApplicationFailure.nonRetryable(problems.join(' '), 'InvalidInput');
        },
      },
    );
  }
}
