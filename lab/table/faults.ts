import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../payments/server';

/** An error as DynamoDB's JSON API writes it. */
export interface ApiError {
  status: number;
  type: string;
  message: string;
}

/** Types and texts are those of DynamoDB's error table (docs.aws.amazon.com, Programming.Errors, read 2026-11-22). */
const errors = {
  unavailable: { status: 500, type: 'InternalServerError', message: 'The request processing has failed.' },
  denied: { status: 400, type: 'AccessDeniedException', message: 'Access denied.' },
  expired: { status: 400, type: 'ExpiredTokenException', message: 'The security token included is expired.' },
  unrecognized: { status: 403, type: 'UnrecognizedClientException', message: 'The security token is invalid.' },
  throttled: {
    status: 400,
    type: 'ProvisionedThroughputExceededException',
    message: 'The level of configured throughput for the table was exceeded.',
  },
} satisfies Record<string, ApiError>;

export type FaultMode = 'none' | 'timeout' | keyof typeof errors;

const modes: FaultMode[] = ['none', 'timeout', 'unavailable', 'denied', 'expired', 'unrecognized', 'throttled'];

export function faultMode(text: string): FaultMode {
  const mode = modes.find((known) => known === text);
  if (!mode) throw new Refusal(400, `mode must be one of ${modes.join(', ')}, not "${text}"`);
  return mode;
}

/** What a caller gets in this mode: an error, no answer (a promise that never settles), or null for no fault. */
export async function faultAnswer(mode: FaultMode): Promise<ApiError | null> {
  if (mode === 'timeout') await sleep(2 ** 31 - 1, undefined, { ref: false });
  return mode === 'none' || mode === 'timeout' ? null : errors[mode];
}
