/** DigitalOcean's errors; their words are those that users report. */
import type { FakeReply } from '../kit/routes';

const ids: Record<number, string> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  422: 'unprocessable_entity',
  429: 'too_many_requests',
};
const requestId = '4d9d8375-3c56-4925-a3e7-eb137fed17e9';

export const failed = (status: number, message: string): FakeReply => ({
  status,
  body: { id: ids[status] ?? 'server_error', message, request_id: requestId },
});
export const absent = () => failed(404, 'The resource you were accessing could not be found.');
export const unknown = () => failed(401, 'Unable to authenticate you');
export const forbidden = () => failed(403, 'You do not have access for the attempted action.');
export const limited = () => failed(429, 'API Rate limit exceeded.');
