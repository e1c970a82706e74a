/** Kinds of failure of a port, by which steps retry and probes vote. */
export type FailureKind = 'denied' | 'absent' | 'conflict' | 'refused' | 'limited' | 'unavailable' | 'garbage';

/** How long to wait, ms, where the other side asks for a wait and does not say how long. */
export const unknownWaitMs = 1_000;
