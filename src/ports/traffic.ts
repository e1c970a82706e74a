/** The port of a traffic switch. */
import type { Json } from '../domain/plan/plan';

/** Where the switch sends customers, as reported by its vendor. */
export interface TrafficReading {
  /** The region; undefined when it is neither of them, or both. */
  leadsTo: string | undefined;
  /** Exactly what a move changes, so that a move back can restore it. */
  state: Json;
  /** True when it leads nowhere, so that a change overwrites nothing; `point` then accepts any expected state. */
  vacant?: true;
  /** A sentence that describes the state. */
  because: string;
  /** Why customers are not sent there yet although it is set. */
  pending?: string;
  /** How long customers may use an answer from before a move; absent when their address does not change. */
  rememberedSeconds?: number;
}

/** A switch in front of the regions that sends customers to one of them: a load balancer, or an address that moves. */
export interface Traffic {
  kind: string;
  read: () => Promise<TrafficReading>;
  /**
   * Sends customers to `to` in one change if the state is `expected`. Repeating it changes nothing; any other state is a Conflict that shows
   * it. Pointing back afterwards restores exactly `expected`.
   */
  point: (to: string, expected: Json) => Promise<void>;
  /** Vendor-side problems that would stop a move, each a sentence that says what to change. Changes nothing. */
  flaws: () => Promise<string[]>;
}
