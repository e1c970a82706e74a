/** References become secrets here, at the moment of use. */
import { isSecretRef, resolveSecret, SecretMissing } from '../../fields/secret-refs';
import { PortError } from '../../ports/errors';

/** @throws PortError denied when the reference leads nowhere: a credential that can't be read is no credential. */
export async function secretOf(reference: string): Promise<string> {
  if (!isSecretRef(reference))
    throw new PortError('denied', 'A secret must be a reference such as file:NAME or env:NAME.');
  try {
    return await resolveSecret(reference);
  } catch (error) {
    if (error instanceof SecretMissing) throw new PortError('denied', error.message);
    throw error;
  }
}
