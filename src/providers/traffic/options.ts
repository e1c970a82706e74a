/** Option schemas that several kinds of traffic switches share. */
import { z } from 'zod';
import { name } from '../../fields/fields';

/** A mapping from the site's regions to `value`. */
export const byRegion = <V extends z.ZodType>(value: V) => z.record(name('A'), value);
