/** The port of a traffic switch. */
import type { Json } from '../domain/plan/plan';

/** Where customers are sent, as its vendor has it. */
export interface TrafficReading {
  /** The region; undefined when it is neither of them, or a mixture. */
  leadsTo: string | undefined;
  /** All that a move changes and nothing else: it is what a move back has to bring about again. */
  state: Json;
  /** True where it leads to nobody at all, so that pointing it overrules nobody: `point` then asks for no expected state. */
  vacant?: true;
  /** A sentence that shows it. */
  because: string;
  /** Why customers are not sent there yet although it is set; a sentence. */
  pending?: string;
  /** How long customers may go by an answer of before a move; absent where the address that they know stays. */
  rememberedSeconds?: number;
}

/** What stands before the regions and sends customers to one of them: a load balancer, or an address that moves. */
export interface Traffic {
  kind: string;
  read: () => Promise<TrafficReading>;
  /**
   * Sends customers to `to`, in one change, when the state is `expected`. Repeating it changes nothing; a state that is neither is a
   * conflict that shows it. Pointing back afterwards brings exactly `expected` about.
   */
  point: (to: string, expected: Json) => Promise<void>;
  /** What would stop a move and only its vendor can tell, each a sentence that says what to change. Changes nothing. */
  flaws: () => Promise<string[]>;
}
