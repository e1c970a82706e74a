import { exitCodeLines } from '../../src/starters/exit-codes';
import { helpFor, overview } from '../../src/starters/help';
import { rejoin } from '../../src/starters/rejoin';
import { prepare } from '../../src/starters/prepare';
import { transfer } from '../../src/starters/transfer';
import { readArguments, usageOf } from '../../src/starters/command';
import { commands } from '../../src/starters/commands';

const freeze = commands.find(({ name }) => name === 'freeze')!;

test('the help of the CLI says in one line each what every command and every option does', () => {
  const lines = overview(commands).split('\n');
  for (const { name, summary, options } of commands) {
    expect(lines.find((line) => line.startsWith(`  ${name} `))).toContain(summary);
    for (const [option, { description }] of Object.entries(options))
      expect(lines.filter((line) => line.includes(`--${option} `) && line.endsWith(description))).not.toEqual([]);
  }
});

test('the help of one command shows its usage and its options', () => {
  expect(helpFor(rejoin).split('\n')).toEqual([
    'Bring a deposed region back as the standby: fence, salvage, reseed, attach, compare.',
    'Usage: npx handover rejoin SITE [--region REGION] [--because SENTENCE]',
    '  --region REGION     the deposed region (default: the one that is not primary)',
    '  --because SENTENCE  why, in one sentence, for history, report and alert',
    '',
    ...exitCodeLines(),
  ]);
});

test('the usage of a command puts brackets around optional options only', () => {
  expect(usageOf(freeze)).toMatch(/^npx handover freeze SITE\|--all --who "\S+" --because ".+" \[--until "\S+"\]$/);
});

test.each([
  [[], 'SITE is missing. Usage: npx handover prepare SITE'],
  [['shop', 'now'], 'Unexpected argument "now". Usage: npx handover prepare SITE'],
  [['shop', '--fast'], 'There is no option --fast. Usage: npx handover prepare SITE'],
])('the command line prepare %j is refused with what is wrong and the usage', (args, message) => {
  expect(() => readArguments(prepare, args)).toThrow(message);
});

test('an option with a default has it when the command line does not name the option', () => {
  expect(readArguments(transfer, ['shop']).text('kind')).toBe('switchover');
  expect(readArguments(transfer, ['shop']).flag('even-unfenced')).toBe(false);
});
