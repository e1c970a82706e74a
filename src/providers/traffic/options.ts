/** Parts of options that several kinds of traffic switches have. */
import { z } from 'zod';
import { name } from '../../fields/fields';

/** A mapping from the regions of the site to `value`. */
export const perRegion = <V extends z.ZodType>(value: V) => z.record(name('A'), value);
