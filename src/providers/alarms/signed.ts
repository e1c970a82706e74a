/**
 * Alarms of anybody who shares a secret: JSON with the header `X-Handover-Signature: t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of
 * `SECONDS.BODY`. SECONDS is the time of signing, at most five minutes away from this host's clock.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { alarmStates, type AlarmState } from '../../domain/detection/alarm-state';
import { jsonOf } from '../http/read-response';
import { AlarmRefusal, quoted } from './refusal';

export const toleranceMs = 5 * 60_000;

const example =
  '{"site":"shop","name":"uptime","state":"alarm","because":"No answer for 2 min.","at":"2026-12-01T03:12:00Z"}';
const word = z.strictObject({
  site: z.string().min(1).max(32),
  name: z.string().min(1).max(32),
  state: z.enum(alarmStates),
  because: z.string().min(1).max(1_000),
  at: z.iso.datetime({ offset: true }),
});

export interface SignedWord {
  site: string;
  name: string;
  state: AlarmState;
  because: string;
  /** ISO 8601, as it was signed. */
  at: string;
}

/** @throws AlarmRefusal that names the first field that is wrong */
export function readWord(body: string): SignedWord {
  const { success, data, error } = word.safeParse(jsonOf(body));
  if (success) return { ...data, because: quoted(data.because) };
  const [issue] = error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? `has the unknown field ${quoted(issue.keys.join(', '))}` : '';
  const field = (issue?.path ?? []).join('.');
  const wrong = unknown || (field === '' ? 'is no JSON object' : `has ${field} missing or wrong`);
  throw new AlarmRefusal(400, `The body ${wrong}. Send it as ${example}, with state alarm, ok or unknown.`);
}

export interface Signature {
  /** Seconds since the epoch, as they were sent. */
  seconds: string;
  /** Digests of 32 bytes; more than one while the sender changes its secret. */
  digests: Buffer[];
}

const howToSign = 'Send X-Handover-Signature: t=SECONDS,v1=HEX with the HMAC-SHA256 of SECONDS.BODY in hexadecimal.';

/** @throws AlarmRefusal for any other form, and for a time that is more than five minutes away from `now` (milliseconds since the epoch) */
export function readSignature(header: string | undefined, now: number): Signature {
  const [, seconds = '', rest = ''] = /^t=(\d{1,12})((?:,v1=[0-9a-f]{64}){1,4})$/.exec(header ?? '') ?? [];
  if (seconds === '')
    throw new AlarmRefusal(401, `X-Handover-Signature is ${header ? 'wrong' : 'missing'}. ${howToSign}`);
  if (Math.abs(now - Number(seconds) * 1_000) > toleranceMs)
    throw new AlarmRefusal(
      401,
      `The message was signed at ${seconds} s, which is more than 5 min from the time here, ${Math.floor(now / 1_000)} s. Check both clocks: timedatectl`,
    );
  return {
    seconds,
    digests: rest
      .split(',v1=')
      .slice(1)
      .map((hex) => Buffer.from(hex, 'hex')),
  };
}

/** Whether one of the digests was made with this secret. All are compared, each in constant time. */
export function isSignedWith(secret: string, { seconds, digests }: Signature, body: string): boolean {
  const right = createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest();
  return digests.map((digest) => timingSafeEqual(digest, right)).includes(true);
}
