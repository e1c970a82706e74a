/** The failed steps that wait for a person, one question each, and what was answered. Plain memory: no clock, no Temporal. */
import { commandLine, type MessageFields } from '../../contract/messages';
import { transferVerbs, type TransferVerb } from '../../contract/verbs';
import type { Answer } from '../../domain/plan/interpreter';
import type { StepCall } from '../../domain/plan/plan';

interface Question {
  call: StepCall;
  because: string;
  answer?: Answer;
}

export class Questions {
  private readonly site: string;
  private readonly open = new Map<string, Question>();
  private asked = 0;
  /** A step that fails after it is not asked about. */
  private stopped?: Answer;

  constructor(site: string) {
    this.site = site;
  }

  /** Answers how many questions there were before. */
  ask(call: StepCall, because: string): number {
    this.open.set(call.id, { call, because, ...(this.stopped && { answer: this.stopped }) });
    return this.asked++;
  }

  /** The answer to the question about a step; takes the question away. */
  answered({ id }: StepCall): Answer | undefined {
    const answer = this.open.get(id)?.answer;
    if (answer) this.open.delete(id);
    return answer;
  }

  isAnswered = ({ id }: StepCall): boolean => this.open.get(id)?.answer !== undefined;

  /** Each unanswered question with the commands that answer it, which name the step where several wait. */
  sentences = (): string[] => this.waiting().map((question) => this.sentence(question));

  /** The question about one step; empty once it is answered. */
  about({ id }: StepCall): string {
    const question = this.open.get(id);
    return question && !question.answer ? this.sentence(question) : '';
  }

  /** The command of the page about a step. It names the step, since another one may fail before somebody types it. */
  retry({ id }: StepCall): string {
    return `npx handover retry ${this.site} --step "${id}"`;
  }

  /** Why an answer with these fields fits no question; undefined when it fits one. */
  refusal(verb: TransferVerb, { step }: MessageFields): string | undefined {
    const waiting = this.waiting();
    if (waiting.length === 0) return 'No step waits for an answer now; nothing was changed.';
    // Stop ends the transfer, so it answers every question.
    if (verb === 'stop' || (step === undefined && waiting.length === 1)) return undefined;
    if (waiting.some(({ call }) => call.id === step)) return undefined;
    const commands = waiting.map(({ call }) => this.command(verb, call)).join('; or ');
    const wrong =
      step === undefined ? `${waiting.length} steps wait for an answer` : `${step} does not wait for an answer`;
    return `${wrong}; nothing was changed. Type: ${commands}`;
  }

  /** The sentence that the person gets back. A question that is answered twice keeps its first answer. */
  take(verb: TransferVerb, fields: MessageFields): string {
    const because = this.refusal(verb, fields);
    if (because !== undefined) return because;
    const waiting = this.waiting();
    if (verb === 'stop') {
      this.stopped = answerOf(verb, fields['because'] ?? '');
      for (const each of waiting) each.answer = this.stopped;
      return 'stop was accepted: the transfer ends, and changes nothing more.';
    }
    const question = waiting.find(({ call }) => call.id === fields['step']) ?? waiting[0];
    if (question) question.answer = answerOf(verb, fields['because'] ?? '');
    return `${verb} was accepted for the failed step: ${question?.call.title ?? ''}.`;
  }

  private waiting = (): Question[] => [...this.open.values()].filter(({ answer }) => !answer);

  private sentence({ call, because }: Question): string {
    const commands = transferVerbs.map(({ name }) => this.command(name, call)).join('; or ');
    return `${call.title} failed: ${because} Answer with: ${commands}`;
  }

  private command(name: TransferVerb, { id }: StepCall): string {
    const verb = transferVerbs.find((each) => each.name === name);
    const which = this.waiting().length > 1 ? ` --step "${id}"` : '';
    return verb ? `${commandLine(verb, this.site)}${which}` : '';
  }
}

function answerOf(verb: TransferVerb, because: string): Answer {
  switch (verb) {
    case 'retry':
      return { answer: verb };
    case 'skip':
    case 'stop':
      return { answer: verb, because };
  }
}
