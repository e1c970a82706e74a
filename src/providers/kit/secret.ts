/** Resolves secret references at the moment of use. */
import { isSecretRef, resolveSecret, SecretMissing } from '../../fields/secret-refs';
import { PortError } from '../../ports/errors';

/** @throws PortError denied when the secret can't be read, as with a wrong credential. */
export async function secretOf(reference: string): Promise<string> {
  if (!isSecretRef(reference))
    throw new PortError('denied', 'A secret must be given as a reference, for example file:NAME or env:NAME.');
  try {
    return await resolveSecret(reference);
  } catch (error) {
    if (error instanceof SecretMissing) throw new PortError('denied', error.message);
    throw error;
  }
}
