/** The table of contents of what keeps uploads; the site file's schema follows it. */
import { rsyncMedia } from './rsync';

export const mediaKinds = [rsyncMedia] as const;
