/** Whether SNS has signed a message: SignatureVersion 1 is RSA with SHA-1, 2 with SHA-256, over `signedText`. */
import { createVerify, X509Certificate } from 'node:crypto';
import { AlarmRefusal } from '../refusal';
import { hostOf, isCertificateUrl } from './topic';
import { signedText, type SnsMessage } from './message';

const algorithms = { 1: 'RSA-SHA1', 2: 'RSA-SHA256' } as const;

/** The PEM behind a URL that was found right. @throws PortError where it can't be had now */
export type Certificates = (url: string) => Promise<string>;

/**
 * The message's topic must be one that is expected, since anybody can have SNS sign messages of a topic of their own.
 * @param now milliseconds since the epoch
 * @throws AlarmRefusal unless the message is SNS's own, unchanged; the errors of `certificates`
 */
export async function requireSigned(message: SnsMessage, certificates: Certificates, now: number): Promise<void> {
  const { SigningCertURL: url, TopicArn, SignatureVersion, Signature } = message;
  const host = hostOf(TopicArn);
  if (!isCertificateUrl(host, url))
    throw new AlarmRefusal(
      403,
      `SigningCertURL leads elsewhere than to https://${host}/SimpleNotificationService-….pem, so nobody can tell that SNS sent this. Nothing need be changed where SNS sends messages of ${TopicArn} itself.`,
    );
  const { publicKey, validFrom, validTo } = certificateOf(await certificates(url), host);
  if (now < Date.parse(validFrom) || now > Date.parse(validTo))
    throw new AlarmRefusal(
      503,
      `The certificate at SigningCertURL is valid from ${validFrom} to ${validTo}. Check the clock of this host: timedatectl`,
    );
  const isRight =
    publicKey.asymmetricKeyType === 'rsa' &&
    createVerify(algorithms[SignatureVersion])
      .update(signedText(message), 'utf8')
      .verify(publicKey, Signature, 'base64');
  if (!isRight)
    throw new AlarmRefusal(
      403,
      'The signature does not fit the message. Nothing may change the body between SNS and here.',
    );
}

function certificateOf(pem: string, host: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new AlarmRefusal(
      503,
      `What ${host} gives as its certificate is none, so nobody can tell that SNS sent this.`,
    );
  }
}
