/** Every answer is in an envelope. Codes and their words are those that users of the real API report. */
import type { FakeReply } from '../kit/routes';

export const good = (result: unknown, more: object = {}): FakeReply => ({
  body: { success: true, errors: [], messages: [], result, ...more },
});
export const bad = (status: number, code: number, message: string): FakeReply => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

const codes: Record<number, number> = { 401: 10000, 403: 10000, 404: 7003, 429: 971 };
export const failed = (status: number, words: string): FakeReply => bad(status, codes[status] ?? 10001, words);
export const limited = (): FakeReply => failed(429, 'Please wait and consider throttling your request speed');
