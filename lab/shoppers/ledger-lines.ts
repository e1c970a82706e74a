/** The network namespace of a crowd of shoppers. */
export type Place = 'world' | 'A' | 'B';

export type Op = 'order' | 'pay' | 'refund' | 'cart' | 'login' | 'upload';

/** `at` is ISO UTC with milliseconds; `mono` is CLOCK_MONOTONIC in milliseconds, one clock for every process of the machine. */
export interface Stamp {
  readonly at: string;
  readonly mono: number;
}

export interface OrderRequest {
  readonly key: string;
  readonly intent: string;
  readonly customer: string;
  readonly lines: readonly { readonly sku: string; readonly qty: number }[];
  readonly pay: 'now' | 'later';
}

interface ShopperOperation extends Stamp {
  readonly shopper: string;
  readonly place: Place;
  readonly op: Op;
  readonly key: string;
}

/** One request that writes; on disk before the request is sent. */
export interface AttemptLine extends ShopperOperation {
  readonly intent: string | null;
  readonly try: number;
  readonly request: unknown;
  /** The customer leaves before the answer; the shoppers in `world` repeat the same key. */
  readonly roams?: true;
}

/** One acknowledgement; written to disk when it arrives. */
export interface AckLine extends ShopperOperation {
  readonly attemptAt: string;
  readonly attemptMono: number;
  readonly intent: string | null;
  readonly region: string | null;
  readonly epoch: number | null;
  /** HTTP status. */
  readonly status: number;
  readonly answer: unknown;
  /** Only for a cart that was read again: whether it was complete. */
  readonly kept?: boolean;
}

export interface FailureLine extends ShopperOperation {
  readonly because: string;
}

/** One second of a crowd. `open`: intents unanswered at its end; `p50`: median milliseconds of acknowledged orders. */
export interface PulseLine extends Stamp {
  readonly place: Place;
  readonly offered: number;
  readonly acked: number;
  readonly failed: number;
  readonly shed: number;
  readonly open: number;
  readonly p50: number | null;
  readonly byRegion: Readonly<Record<string, number>>;
}

/** The current time on both clocks. */
export function stamp(): Stamp {
  return { at: new Date().toISOString(), mono: Number(process.hrtime.bigint() / 1000n) / 1000 };
}
