/** The table of contents of alert channels; the site file's schema follows it. */
import { log } from './log';
import { pagerduty } from './pagerduty';
import { slack } from './slack';
import { webhook } from './webhook';

export const channels = [log, slack, pagerduty, webhook] as const;
