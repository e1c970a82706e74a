/** What a shop gives as its reason is repeated where it can hold no value of a customer's. */
import { knownReason } from '../../src/providers/shop/known-reasons';

const notShown = 'its reason may name a customer, so it stands only in the logs of PHP and of the web server';

test.each([
  'No route was found matching the URL and request method.',
  'Invalid parameter(s): key',
  'Sorry, you are not allowed to do that.',
  'REST API restricted to authenticated users.',
  'There has been a critical error on this website.',
  'There has been a critical error on this website. Please check your site admin email inbox for instructions.',
  'Error establishing a database connection',
  'Service Unavailable',
  "Header X-Handover-Canary does not hold this shop's token.",
  'no canary order: Call to undefined method WC_Order_Item_Fee::set_name()',
  'no canary order: Call to undefined function Automattic\\WooCommerce\\wc_tax()',
  'no canary order: Class "WC_Order" not found',
  'no canary order: Invalid billing email address',
  'the database names region  as primary of epoch 3, not A',
  'the settings hold epoch 3, the database epoch ',
])('a fixed text is repeated: %s', (told) => expect(knownReason(told)).toBe(told));

test.each([
  [
    'no canary order: a statement would have ended the transaction of the canary order: CREATE TABLE erika_mustermann (',
    'no canary order: a statement would have ended the transaction of the canary order: CREATE',
  ],
  [
    'Setting HANDOVER_EPOCH is not set; it must match /^\\d{1,15}$/. Setting HANDOVER_ROLE is "x y"; it must match /^(primary|standby)$/.',
    'setting HANDOVER_EPOCH is not set, setting HANDOVER_ROLE is wrong',
  ],
  ['the gate is shut: Erika Mustermann', 'the gate is shut'],
])('of %s the part that names nobody is repeated', (told, shown) => expect(knownReason(told)).toBe(shown));

test.each([
  'Invalid parameter(s): erika@example.com',
  "Duplicate entry 'erika@example.com' for key 'user_email'",
  'There has been a critical error on this website. Erika Mustermann',
  'no canary order: Call to undefined method of Erika Mustermann',
  'Invalid billing email address: erika@example.com',
])('any other text stands in the logs of the host only: %s', (told) => expect(knownReason(told)).toBe(notShown));
