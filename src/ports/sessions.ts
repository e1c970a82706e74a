export interface SessionWrites {
  taken: 'yes' | 'no' | 'unknown';
  /** A sentence; where a setting is to blame it names it, with what to type. */
  because: string;
  /** Why it would refuse them after a promotion, with what to type. */
  oncePromoted?: string;
}

/** Sessions and carts of one region, and its object cache. */
export interface Sessions {
  state: () => Promise<{
    role: 'primary' | 'replica';
    sourceHost?: string;
    linkUp: boolean;
    /** What may keep a replica from its source, and what to write; a sentence. */
    linkBecause?: string;
    offset: number;
    sourceOffset?: number;
  }>;
  /** Whether it takes writes from the shop now, tried with one that changes nothing. Without an answer while writes are paused. */
  writes: () => Promise<SessionWrites>;
  /** Blocks writes for at most `ms`; they resume by themselves. */
  pauseWrites: (ms: number) => Promise<void>;
  resumeWrites: () => Promise<void>;
  promote: () => Promise<void>;
  follow: (sourceHost: string) => Promise<void>;
  /**
   * Writes the present role into the server's own configuration, so that it outlives a restart; repeating it changes nothing. Where that can't be
   * done: a sentence that says why, and what to write by hand.
   */
  keepRole: () => Promise<string | undefined>;
  /** Empties the object cache, never the sessions. */
  flushCache: () => Promise<void>;
  close: () => Promise<void>;
}
