/**
 * The reasons that handover's own plugin gives. Anything else that a shop answers, such as a page about an error of its database, may hold an
 * e-mail address or the key of an order, and is not repeated.
 */

const name = '[A-Za-z0-9][A-Za-z0-9-]{0,15}';
const region = `region ${name}`;
const patterns = [
  `the database of ${region} (?:does not answer|holds no epoch|is read-only)`,
  `the (?:object cache|session store) of ${region} does not answer`,
  `the session store of ${region} is a replica, while ${region} is to be primary`,
  `${region} is the (?:verified primary|standby) of epoch \\d+`,
  `${region} is not verified in epoch \\d+ yet`,
  'the database holds no epoch for site [A-Za-z0-9][A-Za-z0-9-]{0,62}',
  'the settings hold epoch \\d+, the database epoch \\d+',
  `the database names ${region} as primary of epoch \\d+, not ${name}`,
  "Header X-Handover-Canary does not hold this shop's token\\.",
  'WooCommerce is not active',
  'WooCommerce wrote an order and did not read the same one back',
  'the connection was lost under canary order \\d+, so it may be a draft now',
  'this request waited [\\d.]{1,8} s for a free worker, so its caller has given up',
];
const known = new RegExp(`^(?:no canary order: )?(?:${patterns.join('|')})$`);
const beginnings: readonly [RegExp, string][] = [
  // Somebody may have typed why.
  [/^the gate is (?:shut|closed): /, 'the gate is shut'],
  [/^Setting ([A-Z_]{1,40}) is not set; it must match /, 'setting $1 is not set'],
  [/^Setting ([A-Z_]{1,40}) is "[^"]*"; it must match /, 'setting $1 is wrong'],
];
const notShown = 'its reason may name a customer, so it stands only in the logs of PHP and of the web server';

/** What a shop gives as its reason, where it is one of those; otherwise where to read it. Empty where it gives none. */
export function knownReason(told: string): string {
  if (told === '' || known.test(told)) return told;
  for (const [pattern, said] of beginnings) {
    const found = pattern.exec(told);
    if (found) return said.replace('$1', found[1] ?? '');
  }
  return notShown;
}
