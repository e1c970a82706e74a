/** What comes in at the door: a table of everything that is wrong with it. */
import { parseDrill, parseMonitor, parseRejoin, parseTransfer } from '../../src/domain/plan/request';
import { parseOrFail } from '../../src/workflows/input';

const parsers = { transfer: parseTransfer, drill: parseDrill, monitor: parseMonitor, rejoin: parseRejoin };

test('a site is enough: every other field has a default', () => {
  expect(parseTransfer({ site: 'shop' })).toEqual({
    site: 'shop',
    kind: 'switchover',
    to: '',
    region: '',
    because: 'asked for by a person',
    decidedAt: 0,
    onsetAt: 0,
    evenUnfenced: false,
    peerIsOff: false,
  });
  expect(parseDrill({ site: 'shop' })).toMatchObject({ kind: 'checks', comeHome: true, stay: '5s' });
  expect(parseRejoin({ site: 'shop' })).toMatchObject({ region: '' });
  expect(parseMonitor({ site: 'shop' })).toEqual({ site: 'shop', mode: '' });
});

describe.each(Object.entries(parsers))('%s', (_, parse) => {
  test.each<[unknown, string]>([
    [undefined, 'nothing'],
    [null, 'null'],
    [[], 'a list'],
    [[{ site: 'shop' }], 'a list'],
    ['shop', '"shop"'],
    [42, '42'],
    [true, 'true'],
  ])('refuses %j, which is no object', (input, named) => {
    expect(() => parse(input)).toThrow(`The input must be one JSON object such as {"site":"shop"}, not ${named}.`);
  });

  test.each<[unknown, string]>([
    [{}, '"site" is missing: for example {"site": "shop"}.'],
    [{ site: '' }, '"site" is "", which is not of the right form'],
    [{ site: 7 }, '"site" must be a string, not 7'],
    [{ site: null }, '"site" must be a string, not null'],
    [{ site: ['shop'] }, '"site" must be a string, not a list'],
    [{ site: { name: 'shop' } }, '"site" must be a string, not an object'],
    [{ site: 'my shop' }, '"site" is "my shop"'],
    [{ site: '../../etc/passwd' }, '"site" is "../../etc/passwd"'],
    [{ site: 'shop\n' }, '"site" is "shop\\n"'],
    [{ site: 'a'.repeat(64) }, 'which is not of the right form'],
    [{ site: 'shop', sites: 'shop' }, 'There is no field "sites"; the fields are site'],
    [JSON.parse('{"site":"shop","__proto__":{"kind":"failover"}}'), 'There is no field "__proto__"'],
    [{ site: 'shop', constructor: 'x' }, 'There is no field "constructor"'],
    [{ site: 'shop', toString: 'x' }, 'There is no field "toString"'],
  ])('refuses %j and names the field', (input, message) => {
    expect(() => parse(input)).toThrow(message);
  });
});

test.each<[unknown, RegExp]>([
  [{ kind: 'move' }, /"kind" is "move", but must be one of switchover, failover.*for example \{"kind": "switchover"\}/],
  [{ kind: 'outage' }, /"kind" is "outage"/],
  [{ kind: '' }, /"kind" is ""/],
  [{ to: 'B; rm' }, /"to" is "B; rm", which is not of the right form: for example \{"to": "B"\}/],
  [{ to: null }, /"to" must be a string, not null/],
  [{ decidedAt: NaN }, /"decidedAt" must be a finite number: for example/],
  [{ decidedAt: Infinity }, /"decidedAt" must be a finite number/],
  [{ decidedAt: '2026-11-23' }, /"decidedAt" must be a number, not "2026-11-23"/],
  [{ evenUnfenced: 'true' }, /"evenUnfenced" must be a boolean, not "true": for example \{"evenUnfenced": true\}/],
  [{ because: 7 }, /"because" must be a string, not 7/],
  [{ because: ' ' }, /"because" is " ", but must be a sentence: for example \{"because": "planned maintenance of A"\}/],
  [{ evenUnfenced: true }, /^"evenUnfenced" is only for \{"kind": "failover"\}; kind switchover would ignore it\.$/],
  [{ kind: 'restore', to: 'B' }, /^"to" is only for .*; kind restore would ignore it\.$/],
])('a transfer refuses %j', (input, message) => {
  expect(() => parseTransfer({ site: 'shop', ...(input as object) })).toThrow(message);
});

test.each<[unknown, RegExp]>([
  [
    { stay: '5' },
    /"stay" is "5", but must be a whole number with a unit \(ms, s, m, h\): for example \{"stay": "30s"\}/,
  ],
  [{ stay: 5 }, /"stay" must be a string, not 5/],
  [{ stay: '-5s' }, /"stay" is "-5s"/],
  [{ stay: '5 s' }, /"stay" is "5 s"/],
  [{ kind: 'failover' }, /"kind" is "failover", but must be one of checks, plan, compare, switchover, outage/],
  [{ fault: 'fire' }, /"fault" is "fire", but must be one of isolate/],
  [{ comeHome: 1 }, /"comeHome" must be a boolean, not 1/],
  [{ fault: 'isolate' }, /^"fault" is only for \{"kind": "outage"\}; kind checks would ignore it\.$/],
  [{ to: 'A' }, /^"to" is only for \{"kind": "plan"\} or \{"kind": "switchover"\}; kind checks would ignore it\.$/],
  [{ kind: 'outage', to: 'A' }, /kind outage would ignore it/],
  [{ kind: 'plan', stay: '5s', comeHome: false }, /"comeHome" is only for .* "stay" is only for/],
])('a drill refuses %j', (input, message) => {
  expect(() => parseDrill({ site: 'shop', ...(input as object) })).toThrow(message);
});

test('a field that asks for nothing may be given to every kind', () => {
  expect(() => parseTransfer({ site: 'shop', kind: 'restore', to: '', evenUnfenced: false })).not.toThrow();
  expect(() => parseDrill({ site: 'shop', to: '', comeHome: true })).not.toThrow();
});

test('everything that is wrong is said at once, and ends the workflow for good', () => {
  const input = { kind: 'move', to: 3, force: true };
  const failing = () => parseOrFail(parseTransfer, input);
  expect(failing).toThrow(/"force".*"site" is missing.*"kind" is "move".*"to" must be a string/);
  try {
    failing();
  } catch (error) {
    expect(error).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  }
});

test("a failure of another kind is nobody's wrong input", () => {
  const broken = () => {
    throw new TypeError('A bug.');
  };
  expect(() => parseOrFail(broken, {})).toThrow(TypeError);
});
