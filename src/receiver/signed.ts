/** The way in for everybody who shares a secret. */
import { createHash } from 'node:crypto';
import { sentenceOf } from '../domain/sentence';
import type { SecretRef } from '../fields/secret-refs';
import { AlarmRefusal, quoted } from '../providers/alarms/refusal';
import { isSignedWith, readSignature, readWord, type Signature } from '../providers/alarms/signed';
import { unlessUnread, type Receiver } from './taking';

/** Returns what was done, as a sentence. @throws AlarmRefusal; errors of ports, which may pass */
export async function takeSigned(body: string, header: string | undefined, receiver: Receiver): Promise<string> {
  const signature = readSignature(header, receiver.now());
  const { site, name, ...word } = readWord(body);
  const routes = await receiver.routes();
  const secrets = routes.signed.get(`${site}/${name}`) ?? [];
  if (!(await isRight(secrets, signature, body, receiver)))
    // One sentence for both, so that nobody can ask which sites there are.
    throw unlessUnread(
      routes,
      new AlarmRefusal(
        401,
        `The signature does not fit, or sites/${quoted(site)}.yaml has no alarms.${quoted(name)} with a source of kind signed. Sign the bytes of the body as they are sent, with the secret that alarms.${quoted(name)}.source.secrets names.`,
      ),
    );
  const key = createHash('sha256').update(`${signature.seconds}.${body}`).digest('hex');
  const repeated = await receiver.signatures.repeats(key, () => receiver.tell(site, { name, ...word }));
  if (repeated)
    throw new AlarmRefusal(409, 'This very message was taken before. Sign it again, with the time as it is now.');
  return `${site}/${name}: ${word.state} since ${word.at}.`;
}

/** @throws AlarmRefusal 503 when no secret fits that can be read, and one can't */
async function isRight(
  secrets: readonly SecretRef[],
  signature: Signature,
  body: string,
  { secret }: Receiver,
): Promise<boolean> {
  const read = await Promise.allSettled(secrets.map(secret));
  const fits = read.map((each) => each.status === 'fulfilled' && isSignedWith(each.value, signature, body));
  if (fits.includes(true)) return true;
  const missing = read.find((each) => each.status === 'rejected');
  if (missing) throw new AlarmRefusal(503, sentenceOf(missing.reason));
  return false;
}
