/** All alert channels. The site file's schema is built from this list. */
import { escalation } from './channel';
import { log } from './log';
import { pagerduty } from './pagerduty';
import { slack } from './slack';
import { slackApp } from './slack-app';
import { webhook } from './webhook';

export const channels = [log, slack, slackApp, pagerduty, webhook] as const;

/** As a site file names them: whoever may be called later says after how long. */
export const channelSchemas = [
  log.options,
  slack.options.extend(escalation),
  slackApp.options.extend(escalation),
  pagerduty.options.extend(escalation),
  webhook.options.extend(escalation),
] as const;
