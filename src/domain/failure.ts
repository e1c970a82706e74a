/** The few ways in which the world can fail us: why a step has not done its work, and why a probe has no good answer. */
export type FailureKind = 'denied' | 'absent' | 'conflict' | 'refused' | 'limited' | 'unavailable' | 'garbage';

/** How long to wait, ms, where the other side asks for a wait and does not say how long. */
export const unknownWaitMs = 1_000;
