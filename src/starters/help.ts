/** The help of the CLI: what each command and each option does, in one line each. */
import { usageOf, type Command } from './command';
import { exitCodeLines } from './exit-codes';

function optionLines({ options }: Command, indent: string): string[] {
  const names = Object.entries(options).map(([name, option]) => ({
    text: `--${name}${option.type === 'string' && !option.value.includes('|') ? ` ${option.value}` : ''}`,
    option,
  }));
  const width = Math.max(0, ...names.map(({ text }) => text.length));
  return names.map(({ text, option }) => `${indent}${text.padEnd(width)}  ${option.description}`);
}

/** Of all commands, for `npx handover --help`. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'handover: a durable disaster-recovery runbook.',
    'Usage: npx handover COMMAND SITE [OPTIONS]',
    'SITE is the name of a file in sites/, without .yaml. Usage of one command: npx handover COMMAND --help',
    '',
    ...commands.flatMap((command) => [
      `  ${command.name.padEnd(width)}  ${command.summary}`,
      ...optionLines(command, ' '.repeat(width + 6)),
    ]),
    '',
    ...exitCodeLines(),
  ].join('\n');
}

/** Of one command, for `npx handover COMMAND --help`. */
export const helpFor = (command: Command): string =>
  [command.summary, `Usage: ${usageOf(command)}`, ...optionLines(command, '  '), '', ...exitCodeLines()].join('\n');
