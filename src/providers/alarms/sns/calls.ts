/** The two requests that a message can ask for: the certificate of its signature, and the confirmation of a subscription. */
import { X509Certificate } from 'node:crypto';
import { PortError } from '../../../ports/errors';
import { openHttp } from '../../http/client';
import { requireSuccess } from '../../http/read-response';
import type { Certificates } from './signature';

/** SNS waits 15 s for an answer, so both requests and the signal must fit into that. */
const timeoutMs = 4_000;
const maxBytes = 64_000;
const mostKept = 8;
/** Anybody can make this program ask for certificates, so only few such requests run at once. */
const mostAtOnce = 4;

/** GET of `url`, which was found right before. @throws PortError unless the answer is 2xx, within seconds, without a redirect */
export type Get = (url: string) => Promise<string>;

export const get: Get = async (url) => {
  const { origin, host } = new URL(url);
  const http = openHttp({ server: host, baseUrl: origin, timeoutMs, maxBytes });
  try {
    const response = await http.send({ path: url.slice(origin.length), headers: { accept: '*/*' } });
    requireSuccess(response);
    return response.text;
  } finally {
    http.close();
  }
};

const isCertificate = (text: string): boolean => {
  try {
    return new X509Certificate(text).subject !== '';
  } catch {
    return false;
  }
};

/** Keeps the last certificates: SNS uses one for months, and another has another URL. Failures are not kept, nor what is no certificate: a proxy may answer with a page. */
export function keptCertificates(ask: Get): Certificates {
  const kept = new Map<string, string>();
  const asked = new Map<string, Promise<string>>();
  const fetched = async (url: string): Promise<string> => {
    const pem = await ask(url);
    if (!isCertificate(pem)) return pem;
    const [oldest = ''] = kept.keys();
    if (kept.size >= mostKept) kept.delete(oldest);
    kept.set(url, pem);
    return pem;
  };
  return (url) => {
    const pem = kept.get(url);
    if (pem !== undefined) return Promise.resolve(pem);
    const underWay = asked.get(url);
    if (underWay) return underWay;
    if (asked.size >= mostAtOnce)
      return Promise.reject(new PortError('unavailable', 'Too many certificates of SNS are asked for at once.'));
    const asking = fetched(url).finally(() => asked.delete(url));
    asked.set(url, asking);
    return asking;
  };
}
