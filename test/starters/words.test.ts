/** What the command line answers to a slip of the fingers: in its own options, with what to type instead. */
import { readArguments } from '../../src/starters/command';
import { monitorVerbs } from '../../src/contract/verbs';
import { messageCommands, wrongOptions } from '../../src/starters/message-commands';
import { nearest } from '../../src/starters/nearest';
import { refuseInvalid } from '../../src/starters/start';
import { status } from '../../src/starters/status';
import { transfer } from '../../src/starters/transfer';

const freeze = messageCommands.find(({ name }) => name === 'freeze')!;

test.each([
  [
    freeze,
    ['lab'],
    /^freeze needs --who and --because: npx handover freeze lab --who "ines@shop\.example" --because "the DNS[^"]+"$/,
  ],
  [freeze, ['lab', '--who', 'ines'], /^freeze needs --because: npx handover freeze lab --who/],
  [freeze, ['lab', '--who', ' ', '--because', 'x'], /^--who is empty: leave it out, or give it as --who "ines@/],
  [transfer, ['lab', '--because', ''], /^--because is empty: /],
  [transfer, ['lab', '--evenunfenced'], /^There is no option --evenunfenced\. Did you mean --even-unfenced\?$/],
  [transfer, ['lab', '--kin=failover'], /^There is no option --kin\. Did you mean --kind\?$/],
  [transfer, ['lab', '-k'], /^There is no option -k\. Usage: npx handover transfer SITE/],
  [transfer, ['lab', '--to'], /^--to needs a value: --to REGION$/],
  [transfer, ['lab', '--to', '--because', 'x'], /^--to needs a value: --to REGION$/],
  [transfer, ['lab', '--even-unfenced=yes'], /^--even-unfenced takes no value: leave out "yes"\.$/],
  [status, ['../etc'], /^"\.\.\/etc" is no name of a site; it is the name of a file in sites\/ without \.yaml/],
])('%o: %j is answered with what to type', (command, args, message) => {
  expect(() => readArguments(command, args)).toThrow(message);
});

test.each([
  ['freze', 'freeze'],
  ['raport', 'report'],
  ['rejion', 'rejoin'],
  ['xyz', undefined],
])('%s is near to %s', (typed, meant) => {
  expect(nearest(typed, ['freeze', 'report', 'rejoin', 'stop'])).toBe(meant);
});

test.each([
  [
    'drill',
    { kind: 'outage', stay: '30' },
    '--stay is "30", but must be a whole number with a unit (ms, s, m, h): for example --stay 30s.',
  ],
  ['drill', { fault: 'isolate' }, '--fault is only for --kind outage; kind checks would ignore it.'],
  ['drill', { to: 'A' }, '--to is only for --kind plan or --kind switchover; kind checks would ignore it.'],
  [
    'drill',
    { comeHome: false },
    '--stay-away is only for --kind switchover or --kind outage; kind checks would ignore it.',
  ],
  ['transfer', { evenUnfenced: true }, '--even-unfenced is only for --kind failover; kind switchover would ignore it.'],
  [
    'transfer',
    { kind: 'move' },
    '--kind is "move", but must be one of switchover, failover, failback, pointer, restore, fence: for example --kind switchover.',
  ],
] as const)('%s %j is refused before it starts, in options', (type, input, message) => {
  expect(() => {
    refuseInvalid(type, { site: 'shop', ...input });
  }).toThrow(message);
});

test.each([
  [
    '2026-12-01T06:00',
    '--until is "2026-12-01T06:00", but must be a time with its zone: for example --until 2026-12-01T06:00:00Z.',
  ],
  ['tomorrow', '--until is "tomorrow", but must be a time with its zone: for example --until 2026-12-01T06:00:00Z.'],
  [
    '2020-01-01T00:00:00Z',
    '--until is "2020-01-01T00:00:00Z", which is past (now it is 2026-11-23T00:00:00Z): for example --until 2026-12-01T06:00:00Z.',
  ],
])('freeze --until %s is refused before it is sent', (until, message) => {
  const verb = monitorVerbs.find(({ name }) => name === 'freeze')!;
  expect(wrongOptions(verb, (name) => (name === 'until' ? until : undefined), Date.UTC(2026, 10, 23))).toEqual([
    message,
  ]);
});
