/** An alert as one message of a chat, in Slack's markup. */
import type { Alert } from '../../domain/alert';

const emoji = { info: ':information_source:', warning: ':warning:', critical: ':rotating_light:' } as const;
const emojiOfStatus = { acknowledged: ':eyes:', resolved: ':white_check_mark:' } as const;

export function textOf({ severity, status, key, summary, command }: Alert): string {
  const next = command === undefined ? '' : `\nNext: \`${escaped(command)}\``;
  const mark = status === undefined ? emoji[severity] : emojiOfStatus[status];
  return `${mark} *${status ?? severity}* ${escaped(summary)}${next}\n_${escaped(key)}_`;
}

/** Slack treats these three as markup: an unescaped `<!channel>` would notify everybody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
