import type { FailureKind } from '../domain/failure';

export class PortError extends Error {
  readonly kind: FailureKind;
  /**
   * For `limited`: how long the other side asked us to wait, capped by the adapter at 60 s. For `unavailable`: after how long it is worth asking
   * again what is busy with something before; nobody knows how long that lasts.
   */
  readonly waitMs: number | undefined;

  constructor(kind: FailureKind, because: string, options: { cause?: unknown; waitMs?: number } = {}) {
    super(because, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PortError';
    this.kind = kind;
    this.waitMs = options.waitMs;
  }
}

/** Asking again without a person changing something first would only repeat the answer. */
export const nonRetryable: ReadonlySet<FailureKind> = new Set(['denied', 'conflict', 'refused']);

export { sentenceOf } from '../domain/sentence';
