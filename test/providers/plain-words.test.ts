import { plainWords, wordsIn } from '../../src/providers/http/plain-words';

describe("of a server's own words", () => {
  it.each([
    ["Invalid input: 'value' must be an IPv4 address.", "Invalid input: 'value' must be an IPv4 address."],
    [
      'invalid_grant: the key was revoked 30 days ago, NOT_FOUND',
      'invalid_grant: the key was revoked 30 days ago, NOT_FOUND',
    ],
    ["You can't retry within 250ms", "You can't retry within 250ms"],
    ['spread\n over   lines', 'spread over lines'],
    ['', ''],
  ])('the plain ones are repeated: %s', (told, shown) => expect(plainWords(told)).toBe(shown));

  it.each([
    [
      'an e-mail address',
      "Duplicate entry 'ann@shop.test' for key user_email",
      'Duplicate entry [hidden] for key user_email',
    ],
    ['the key of an order', 'no order wc_order_Kx81bQ2mN0pLa', 'no order [hidden]'],
    ['a name with its quotes', `Ann "O'Neil \\"x\\""`, `Ann "O'Neil [hidden]`],
    ['a telephone number', 'call 0049301234567 now', 'call [hidden] now'],
    ['a hash', 'sum 5f4dcc3b5aa765d61d8327deb882cf99', 'sum [hidden]'],
    ['several in a row', 'of k1.a:b k2.c:d, e', 'of [hidden] e'],
  ])('%s is hidden', (_what, told, shown) => expect(plainWords(told)).toBe(shown));

  it.each([
    ['the action of AWS', 'is not authorized to perform: dynamodb:PutItem on it'],
    ['the permission of Google', "Required 'dns.changes.create' permission"],
    ['the scope of DigitalOcean', 'missing scope domain:update, reserved_ip:create'],
    ['the scope of Cloudflare', 'requires permission "#dns_records:edit"'],
    ['the command of a Redis ACL', "NOPERM this user has no permissions to run the 'client|pause' command"],
  ])('%s that is lacking is repeated', (_what, told) => expect(plainWords(told)).toBe(told));

  it('a field within a field of the request is repeated, and no other words with full stops', () => {
    const asked = wordsIn(JSON.stringify({ payload: { summary: 'A is down', severity: 'critical' } }));
    expect(plainWords("'payload.summary' is missing, not ann.smith or payload.secret", asked)).toBe(
      "'payload.summary' is missing, not [hidden] or [hidden]",
    );
  });

  it.each(['ann:secret', 'ann:Sommer24', 'ann.smith.create', 'ann:Getaway', 'a|b|c', 'wc_order:Kx81bQ'])(
    '%s is no permission',
    (word) => expect(plainWords(`for ${word}`)).toBe('for [hidden]'),
  );

  it('a word that the request named is repeated, also with the full stop and the type of a record', () => {
    const asked = wordsIn('/zones/shop.test./records?name=www.shop.test.', '{"content":"192.0.2.7"}');
    const told = "Record www.shop.test./A '192.0.2.7' of shop.test exists, mail.shop.test does not";
    expect(plainWords(told, asked)).toBe("Record www.shop.test./A '192.0.2.7' of shop.test exists, [hidden] does not");
  });
});
