/** How a command ends, and with which code: the one table. The help and docs/operating.md show it. */

export const outcomes = {
  done: { code: 0, means: 'it ended as you asked, or goes on after Ctrl-C' },
  unfinished: {
    code: 1,
    means: 'the run ended otherwise: rolled-back, needs-operator, failed, or a drill that missed its aim',
  },
  refused: { code: 2, means: 'it was refused, and nothing was changed' },
  'not found': { code: 3, means: 'nothing of that name runs, or ever ran' },
  'no worker': { code: 4, means: 'no worker runs that would do it, and nothing was sent' },
  'no answer': {
    code: 5,
    means: 'Temporal, a worker or a server gave no answer in time; whether it was done is unknown',
  },
  partly: { code: 6, means: 'of several sites or hosts some did it and others did not; each line says which' },
  usage: { code: 64, means: 'the command line is wrong, and nothing was sent' },
  fault: { code: 70, means: 'handover itself is at fault; the lines above say where' },
} as const satisfies Record<string, { code: number; means: string }>;

export type Outcome = keyof typeof outcomes;

export const exitCodeOf = (outcome: Outcome): number => outcomes[outcome].code;

/** `Exit codes:` and a line for each, for the help. */
export const exitCodeLines = (): string[] => [
  'Exit codes:',
  ...Object.entries(outcomes).map(([outcome, { code, means }]) => `  ${String(code).padEnd(2)}  ${outcome}: ${means}`),
];
