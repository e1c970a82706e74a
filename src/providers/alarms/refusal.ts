/** Why a message is not taken: the HTTP status that its sender gets, and one sentence that says what to change. */

export class AlarmRefusal extends Error {
  readonly status: number;

  /** @param status 4xx where the same message would be refused again; 503 where it may be taken later, so that its sender tries again */
  constructor(status: number, because: string) {
    super(because);
    this.name = 'AlarmRefusal';
    this.status = status;
  }
}

/** What came from outside, short enough and without control characters, so that it can stand in a sentence or in a log. */
export const quoted = (words: string): string => words.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, 200);
