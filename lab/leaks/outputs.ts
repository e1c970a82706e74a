/** All outputs of a run, as the texts in which a person could read them. */
import { inspect } from 'node:util';
import { DefaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { asFailure } from '../../src/activities/step/failure';
import type { TransferResult } from '../../src/domain/plan/result';
import { reportOfTransfer } from '../../src/domain/report/report';
import { htmlReport } from '../../src/starters/report/html';
import { markdownReport } from '../../src/starters/report/markdown';
import type { Output } from './canaries';

const failures = new DefaultFailureConverter();

/** The value as a history stores it, with the bytes of its payloads decoded. */
function inHistory(value: object): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Uint8Array ? Buffer.from(part).toString('utf8') : part,
  );
}

export class Outputs {
  readonly all: Output[] = [];

  add(from: string, text: string): void {
    this.all.push({ from, text });
  }

  /** The result of an activity. */
  result(from: string, result: unknown): void {
    this.add(`${from}: its result in the history`, inHistory(defaultPayloadConverter.toPayload(result)));
  }

  /** An error with all its parts, hidden ones too, as a log prints it; and its failure in the history. */
  error(from: string, error: unknown): void {
    this.add(`${from}: its error, printed`, inspect(error, { depth: 12, showHidden: true, maxStringLength: null }));
    for (let at = error; at instanceof Error; at = at.cause)
      this.add(`${from}: its message and stack`, `${at.message}\n${at.stack ?? ''}`);
    const failure = failures.errorToFailure(asFailure(error), defaultPayloadConverter);
    this.add(`${from}: its failure in the history`, inHistory(failure));
  }

  /** The result of a workflow, and each format of its report. */
  transfer(from: string, result: TransferResult): void {
    const report = reportOfTransfer(result);
    this.result(from, result);
    this.add(`${from}: report.json`, JSON.stringify(report, undefined, 2));
    this.add(`${from}: report.md`, markdownReport(report));
    this.add(`${from}: report.html`, htmlReport(report));
  }

  /** Runs `work`, and captures what it writes to standard output and standard error. */
  async printed<T>(work: () => Promise<T>): Promise<T> {
    const streams = { output: process.stdout, error: process.stderr };
    const restore = Object.entries(streams).map(([name, stream]) => {
      const write = stream.write.bind(stream);
      stream.write = (piece: string | Uint8Array) => {
        this.add(`standard ${name}`, Buffer.from(piece).toString('utf8'));
        return true;
      };
      return () => void (stream.write = write);
    });
    try {
      return await work();
    } finally {
      restore.forEach((one) => one());
    }
  }
}
