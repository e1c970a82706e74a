/** What the site file says of a MySQL. */
import { z } from 'zod';
import { serverFields } from '../wire/options';

export const siteOptions = z.strictObject({ kind: z.literal('mysql'), ...serverFields });
