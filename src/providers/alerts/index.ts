/** All alert channels. The site file's schema is built from this list. */
import { log } from './log';
import { pagerduty } from './pagerduty';
import { slack } from './slack';
import { webhook } from './webhook';

export const channels = [log, slack, pagerduty, webhook] as const;
