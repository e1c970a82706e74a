/** What a person may say to a run as a whole: hold it, let it go on, or roll it back. All of it only before the point of no return. */
import { condition } from '@temporalio/workflow';
import type { MessageFields } from '../../contract/messages';
import type { TransferVerb } from '../../contract/verbs';

export type HoldVerb = Extract<TransferVerb, 'hold' | 'go-on' | 'abort'>;

export const isHoldVerb = (verb: TransferVerb): verb is HoldVerb => ['hold', 'go-on', 'abort'].includes(verb);

export class Hold {
  private holding?: { who: string; because: string };
  private pivotAttempted = false;
  private aborted = false;
  private readonly abort: (because: string) => void;

  /** @param abort as a cancel does */
  constructor(abort: (because: string) => void) {
    this.abort = abort;
  }

  /** From now on nothing can be held or rolled back. */
  passPivot(): void {
    this.pivotAttempted = true;
  }

  /** Why a word would change nothing now. */
  refusal(verb: HoldVerb): string | undefined {
    if (this.pivotAttempted)
      return `The promotion was attempted, so there is nothing to ${verb === 'go-on' ? 'go on with' : verb}; nothing was changed.`;
    if (this.aborted) return 'The run is being rolled back already; nothing was changed.';
    if (verb === 'hold' && this.holding) return `${this.holding.who} holds the run already; nothing was changed.`;
    return verb === 'go-on' && !this.holding ? 'Nobody holds the run; nothing was changed.' : undefined;
  }

  take(verb: HoldVerb, { who = '', because = '' }: MessageFields): string {
    const refused = this.refusal(verb);
    if (refused !== undefined) return refused;
    switch (verb) {
      case 'hold':
        this.holding = { who, because };
        return this.sentence;
      case 'go-on':
        delete this.holding;
        return `${who} lets the run go on.`;
      case 'abort':
        delete this.holding;
        this.aborted = true;
        this.abort(`${who} aborted the run: ${because}`);
        return 'The run is being rolled back.';
    }
  }

  /** Empty while nobody holds the run. */
  get sentence(): string {
    const { holding } = this;
    return holding
      ? `Held by ${holding.who}: ${holding.because} No further step begins. What was fenced stays fenced. Type go-on or abort.`
      : '';
  }

  /** Returns once nobody holds the run, or the run is interrupted; calls `remind` now and then. */
  async over(isInterrupted: () => boolean, remind: (text: string) => Promise<void>, everyMs: number): Promise<void> {
    while (this.holding && !isInterrupted()) {
      await remind(this.sentence);
      const ended = () => !this.holding || isInterrupted();
      await condition(ended, everyMs, { summary: 'Page again while the run is held' });
    }
  }
}
