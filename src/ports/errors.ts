import type { FailureKind } from '../domain/failure';

export class PortError extends Error {
  readonly kind: FailureKind;
  /**
   * For `limited`: the wait that the vendor or the rate limiter requires, at most 60 s. For `unavailable`: the polling interval while an earlier
   * change is still in progress, for an unknown time.
   */
  readonly waitMs: number | undefined;

  constructor(kind: FailureKind, because: string, options: { cause?: unknown; waitMs?: number } = {}) {
    super(because, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PortError';
    this.kind = kind;
    this.waitMs = options.waitMs;
  }
}

/** Failures that a retry can't solve: a person must change something first. */
export const nonRetryable: ReadonlySet<FailureKind> = new Set(['denied', 'conflict', 'refused']);

export { sentenceOf } from '../domain/sentence';
