/** Answers are XML; words of errors are those that users report. */
import type { FakeReply } from '../kit/routes';

const requestId = '6a96ada9-ca89-11e8-8889-7146c770a10d';
const codes: Record<number, string> = {
  400: 'InvalidInput',
  401: 'InvalidClientTokenId',
  403: 'AccessDenied',
  404: 'NoSuchHostedZone',
  503: 'ServiceUnavailable',
};
const escapes: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

export function element(name: string, text: string): string {
  return `<${name}>${text.replace(/[<>&"]/g, (one) => escapes[one] ?? one)}</${name}>`;
}

export const xml = (status: number, root: string): FakeReply => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body: `<?xml version="1.0"?>\n${root.replace('>', ' xmlns="https://route53.amazonaws.com/doc/2013-04-01/">')}`,
});

export const failedAs = (status: number, code: string, message: string) => {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = element('Type', type) + element('Code', code) + element('Message', message);
  const body = `<Error>${error}</Error>${element('RequestId', requestId)}`;
  return xml(status, `<ErrorResponse>${body}</ErrorResponse>`);
};
export const failed = (status: number, words: string) => failedAs(status, codes[status] ?? 'InternalFailure', words);
export const limited = () => failedAs(400, 'Throttling', 'Rate exceeded');
