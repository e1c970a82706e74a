/**
 * The reasons that handover's own plugin gives, and the fixed texts of WordPress, WooCommerce and PHP that hold names of code at most. Anything else
 * that a shop answers, such as a page about an error of its database, may hold an e-mail address or the key of an order, and is not repeated.
 */

/** A shop that was told no region, or whose database holds no epoch, leaves it empty. */
const name = '(?:[A-Za-z0-9][A-Za-z0-9-]{0,15})?';
const region = `region ${name}`;
const patterns = [
  `the database of ${region} (?:does not answer|holds no epoch|is read-only)`,
  `the (?:object cache|session store) of ${region} does not answer`,
  `the session store of ${region} is a replica, while ${region} is to be primary`,
  `${region} is the (?:verified primary|standby) of epoch \\d+`,
  `${region} is not verified in epoch \\d+ yet`,
  'the database holds no epoch for site [A-Za-z0-9][A-Za-z0-9-]{0,62}',
  'the settings hold epoch \\d*, the database epoch \\d*',
  `the database names ${region} as primary of epoch \\d+, not ${name}`,
  "Header X-Handover-Canary does not hold this shop's token\\.",
  'WooCommerce is not active',
  'WordPress was not found; set HANDOVER_WORDPRESS to the folder of wp-load\\.php',
  'WooCommerce wrote an order and did not read the same one back',
  'the connection was lost under canary order \\d+, so it may be a draft now',
  'this request waited [\\d.]{1,8} s for a free worker, so its caller has given up',
];
/** Texts of WordPress 6, WooCommerce 10, PHP 8 and web servers, without values (their sources, read 2026-11). */
const fixed = [
  'No route was found matching the URL and request method\\.',
  '(?:Invalid|Missing) parameter\\(s\\): key',
  'Sorry, you are not allowed to do that\\.',
  'REST API restricted to authenticated users\\.',
  'DRA: Only authenticated users can access the REST API\\.',
  'There has been a critical error on this website\\.(?: Please check your site admin email inbox for instructions\\.)?(?: If you continue to have problems, please try the support forums\\.)?',
  'Error establishing a database connection\\.?',
  'Briefly unavailable for scheduled maintenance\\. Check back in a minute\\.',
  'Invalid billing email address',
  'Call to undefined (?:function|method) [\\w\\\\]{1,100}(?:::\\w{1,60})?\\(\\)',
  'Class "[\\w\\\\]{1,100}" not found',
  'Service Unavailable|Bad Gateway|Gateway Time-?out|Internal Server Error|Forbidden|Not Found|Too Many Requests',
];
const known = new RegExp(`^(?:no canary order: )?(?:${[...patterns, ...fixed].join('|')})$`);
const beginnings: readonly [RegExp, string][] = [
  // Somebody may have typed why.
  [/^the gate is (?:shut|closed): /, 'the gate is shut'],
  // Behind it stands a piece of somebody's statement.
  [
    /^no canary order: a statement would have ended the transaction of the canary order: (start|begin|commit|rollback|create|alter|drop|truncate|rename|lock|set)\b/i,
    'no canary order: a statement would have ended the transaction of the canary order: $1',
  ],
];
const setting = /Setting ([A-Z_]{1,40}) is (?:(not set)|"[^"]*"); it must match /g;
const notShown = 'its reason may name a customer, so it stands only in the logs of PHP and of the web server';

/** What a shop gives as its reason, where it is one of those; otherwise where to read it. Empty where it gives none. */
export function knownReason(told: string): string {
  if (told === '' || known.test(told)) return told;
  const settings = told.startsWith('Setting ') ? [...told.matchAll(setting)] : [];
  if (settings.length > 0)
    return settings.map(([, field, unset]) => `setting ${field} is ${unset ?? 'wrong'}`).join(', ');
  for (const [pattern, said] of beginnings) {
    const found = pattern.exec(told);
    if (found) return said.replace('$1', found[1] ?? '');
  }
  return notShown;
}
