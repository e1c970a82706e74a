/** When the certificate of a region's web server ends, read in a TLS handshake with the shop's name. */
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { PortError } from '../../ports/errors';

export interface CertificateQuestion {
  /** The server as sentences call it. */
  server: string;
  address: string;
  port: number;
  /** Name for SNI and the certificate. */
  name: string;
  /** PEM of the CA to trust in place of the public ones. */
  ca?: string;
  timeoutMs: number;
}

/**
 * Milliseconds since the epoch.
 * @throws PortError denied when the certificate is not valid, which includes an expired one; unavailable without a handshake
 */
export function certificateEndsAt(question: CertificateQuestion): Promise<number> {
  const { server, address, port, name, ca, timeoutMs } = question;
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({
      host: address,
      port,
      ...(isIP(name) === 0 && { servername: name }),
      ...(ca !== undefined && { ca }),
      rejectUnauthorized: true,
    });
    const fail = (kind: 'denied' | 'unavailable', because: string) => {
      socket.destroy();
      reject(new PortError(kind, `The certificate of ${server} could not be read: ${because}.`));
    };
    socket.setTimeout(timeoutMs, () => fail('unavailable', `no answer within ${timeoutMs} ms`));
    socket.on('error', (error: Error & { code?: string }) =>
      fail(/CERT|SSL|TLS/.test(error.code ?? '') ? 'denied' : 'unavailable', error.message),
    );
    socket.once('secureConnect', () => {
      const endsAt = Date.parse(socket.getPeerCertificate().valid_to);
      if (Number.isNaN(endsAt)) fail('unavailable', 'it does not say when it ends');
      socket.destroy();
      resolve(endsAt);
    });
  });
}
