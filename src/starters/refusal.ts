import type { Outcome } from './exit-codes';

/** An error whose sentence is printed to the person without a stack; its outcome is the exit code. */
export class Refusal extends Error {
  readonly outcome: Outcome;

  constructor(because: string, { outcome = 'refused', ...options }: ErrorOptions & { outcome?: Outcome } = {}) {
    super(because, options);
    this.name = 'Refusal';
    this.outcome = outcome;
  }
}

/** The command line is wrong. */
export class Misuse extends Refusal {
  constructor(because: string) {
    super(because, { outcome: 'usage' });
  }
}
