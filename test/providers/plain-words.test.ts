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

  it('a word that the request named is repeated, also with the full stop and the type of a record', () => {
    const asked = wordsIn('/zones/shop.test./records?name=www.shop.test.', '{"content":"192.0.2.7"}');
    const told = "Record www.shop.test./A '192.0.2.7' of shop.test exists, mail.shop.test does not";
    expect(plainWords(told, asked)).toBe("Record www.shop.test./A '192.0.2.7' of shop.test exists, [hidden] does not");
  });
});
