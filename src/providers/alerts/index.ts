/** The table of contents of alert channels. */
import type { Kind } from '../definition';
import type { Channel } from './channel';
import { log } from './log';
import { pagerduty } from './pagerduty';
import { slack } from './slack';
import { webhook } from './webhook';

export const channels: readonly Kind<Channel>[] = [log, slack, pagerduty, webhook];
