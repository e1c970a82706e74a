/** Google's errors; their words are those that users report. */
import type { FakeReply } from '../kit/routes';

const reasons: Record<number, string> = {
  400: 'invalid',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  409: 'alreadyExists',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
};

export const failedAs = (code: number, reason: string, message: string): FakeReply => {
  const errors = [{ message, domain: 'global', reason }];
  return { status: code, body: { error: { code, message, errors } } };
};
export const failed = (status: number, message: string) => failedAs(status, reasons[status] ?? 'backendError', message);
export const limited = () => failedAs(403, 'rateLimitExceeded', 'Rate Limit Exceeded');
/** A managed zone of this name. */
export const absent = (name = '') =>
  failed(404, `The 'parameters.managedZone' resource named '${name}' does not exist.`);
