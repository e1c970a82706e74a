/** The steps that wait for a person, one question each, and what was answered. Plain memory: no clock, no Temporal. */
import { commandLine, type MessageFields } from '../../contract/messages';
import { transferVerbs, type TransferVerb } from '../../contract/verbs';
import type { Answer } from '../../domain/plan/interpreter';
import type { StepCall } from '../../domain/plan/plan';
import type { HoldVerb } from './hold';

/** What answers a question. */
export type QuestionVerb = Exclude<TransferVerb, HoldVerb>;

interface Question {
  call: StepCall;
  because: string;
  /** When it answers itself; absent where it waits for as long as it takes. */
  until?: number;
  answer?: Answer;
}

/** What is typed in answer, first what is most likely; the others of `taken` are taken too. */
const offered = { failed: ['retry', 'skip', 'stop'], approval: ['approve', 'retry', 'reject', 'extend'] } as const;
const taken: Record<keyof typeof offered, readonly QuestionVerb[]> = {
  failed: offered.failed,
  approval: [...offered.approval, 'stop'],
};
const extendedByMs = 30 * 60_000;

const kindOf = ({ until }: Question): keyof typeof offered => (until === undefined ? 'failed' : 'approval');

export class Questions {
  private readonly site: string;
  private readonly open = new Map<string, Question>();
  private asked = 0;
  /** That the plan makes true; 0 before there is one. */
  private epoch = 0;
  /** A step that fails after it is not asked about. */
  private stopped?: Answer;

  constructor(site: string) {
    this.site = site;
  }

  /** Answers how many questions there were before. `until`: it waits for an approval that long. */
  ask(call: StepCall, because: string, of: { epoch?: number; until?: number } = {}): number {
    const { epoch = 0, until } = of;
    this.epoch = epoch;
    const answer = this.stopped && { answer: this.stopped };
    this.open.set(call.id, { call, because, ...(until !== undefined && { until }), ...answer });
    return this.asked++;
  }

  /** The answer to the question about a step; takes the question away. */
  answered({ id }: StepCall): Answer | undefined {
    const answer = this.open.get(id)?.answer;
    if (answer) this.open.delete(id);
    return answer;
  }

  /** Nobody answered it, or it is not asked any more. */
  withdraw({ id }: StepCall): void {
    this.open.delete(id);
  }

  isAnswered = ({ id }: StepCall): boolean => this.open.get(id)?.answer !== undefined;

  /** Until when the question about a step waits; 0 where it waits for as long as it takes. */
  until = ({ id }: StepCall): number => this.open.get(id)?.until ?? 0;

  /** Each unanswered question with the commands that answer it, which name the step where several wait. */
  sentences = (): string[] => this.waiting().map((question) => this.sentence(question));

  /** The question about one step; empty once it is answered. */
  about({ id }: StepCall): string {
    const question = this.open.get(id);
    return question && !question.answer ? this.sentence(question) : '';
  }

  /** The command of the page about a step. It names the step, since another one may fail before somebody types it. */
  answerTo({ id }: StepCall): string {
    const question = this.open.get(id);
    const [verb] = offered[question ? kindOf(question) : 'failed'];
    return this.command(verb, id, true);
  }

  /** Why an answer with these fields fits no question; undefined when it fits one. */
  refusal(verb: QuestionVerb, { step, epoch, until }: MessageFields, now = 0): string | undefined {
    const waiting = this.waiting();
    if (waiting.length === 0) return 'No step waits for an answer now; nothing was changed.';
    if (epoch !== undefined && Number(epoch) !== this.epoch)
      return `This run is of epoch ${this.epoch}, not of ${epoch}; nothing was changed.`;
    // Stop ends the transfer, so it answers every question.
    if (verb === 'stop') return undefined;
    const named =
      step === undefined && waiting.length === 1 ? waiting[0] : waiting.find(({ call }) => call.id === step);
    if (!named) return this.wrongStep(verb, step, waiting);
    if (!taken[kindOf(named)].includes(verb)) {
      const commands = offered[kindOf(named)].map((each) => this.command(each, named.call.id)).join('; or ');
      return `${named.call.title} can't be answered with ${verb}; nothing was changed. Type: ${commands}`;
    }
    const isShorter = verb === 'extend' && extended(until, now) <= (named.until ?? 0);
    return isShorter ? `It waits until ${iso(named.until ?? 0)} anyway; nothing was changed.` : undefined;
  }

  /** The sentence that the person gets back. A question that is answered twice keeps its first answer. */
  take(verb: QuestionVerb, fields: MessageFields, now = 0): string {
    const because = this.refusal(verb, fields, now);
    if (because !== undefined) return because;
    const waiting = this.waiting();
    const answer = answerOf(verb, fields);
    if (verb === 'stop') {
      if (answer) this.stopped = answer;
      for (const each of waiting) Object.assign(each, { answer });
      return 'stop was accepted: the transfer ends, and changes nothing more.';
    }
    const question = waiting.find(({ call }) => call.id === fields['step']) ?? waiting[0];
    if (question && answer) question.answer = answer;
    if (question && verb === 'extend') question.until = extended(fields['until'], now);
    const until = verb === 'extend' ? ` It waits until ${iso(question?.until ?? 0)}.` : '';
    return `${verb} was accepted for the failed step: ${question?.call.title ?? ''}.${until}`;
  }

  private waiting = (): Question[] => [...this.open.values()].filter(({ answer }) => !answer);

  private wrongStep(verb: QuestionVerb, step: string | undefined, waiting: readonly Question[]): string {
    const commands = waiting.map(({ call }) => this.command(verb, call.id)).join('; or ');
    const wrong =
      step === undefined ? `${waiting.length} steps wait for an answer` : `${step} does not wait for an answer`;
    return `${wrong}; nothing was changed. Type: ${commands}`;
  }

  private sentence(question: Question): string {
    const { call, because, until } = question;
    const commands = offered[kindOf(question)].map((name) => this.command(name, call.id)).join('; or ');
    const limit = until === undefined ? '' : ` It waits until ${iso(until)} and is then rolled back.`;
    return `${call.title} failed: ${because}${limit} Answer with: ${commands}`;
  }

  private command(name: QuestionVerb, id: string, named = this.waiting().length > 1): string {
    const verb = transferVerbs.find((each) => each.name === name);
    const epoch = name === 'approve' && this.epoch > 0 ? ` --epoch "${this.epoch}"` : '';
    return verb ? `${commandLine(verb, this.site)}${epoch}${named ? ` --step "${id}"` : ''}` : '';
  }
}

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** Until when it waits after an extension. */
const extended = (until: string | undefined, now: number): number =>
  until === undefined ? now + extendedByMs : Date.parse(until);

/** None for what only lets it wait longer. */
function answerOf(verb: QuestionVerb, { who = '', because = '' }: MessageFields): Answer | undefined {
  switch (verb) {
    case 'retry':
      return { answer: verb };
    case 'skip':
    case 'stop':
      return { answer: verb, because };
    case 'approve':
      return { answer: verb, who, because };
    case 'reject':
      return { answer: verb, because: `${who} rejected it: ${because}` };
    case 'extend':
      return undefined;
  }
}
