/** What a command of the CLI is, and how its arguments are read. Each command has a file; `cli.ts` lists them. */
import { parseArgs } from 'node:util';
import type { TemporalConnection } from './client';
import { Refusal } from './refusal';

/** `value` is what the usage shows for it, such as `REGION`; `description` is one line for the help. */
export type Option =
  | { type: 'string'; value: string; description: string; default?: string; required?: boolean }
  | { type: 'boolean'; description: string };

export interface Command {
  name: string;
  /** One line for `npx handover --help`. */
  summary: string;
  options: Readonly<Record<string, Option>>;
  /** Returns the exit code: 0 the run ended as requested, 1 it did not. */
  run: (given: Arguments, connect: () => Promise<TemporalConnection>) => Promise<number>;
}

export interface Arguments {
  site: string;
  text: (name: string) => string | undefined;
  flag: (name: string) => boolean;
}

/** `npx handover rejoin SITE [--region REGION] [--because SENTENCE]` */
export function usageOf({ name, options }: Command): string {
  const shown = Object.entries(options).map(([option, spec]) => {
    const text = `--${option}${spec.type === 'string' ? ` ${spec.value}` : ''}`;
    return spec.type === 'string' && spec.required ? text : `[${text}]`;
  });
  return ['npx handover', name, 'SITE', ...shown].join(' ');
}

function parserOption(option: Option) {
  return option.type === 'string' && option.default !== undefined
    ? { type: option.type, default: option.default }
    : { type: option.type };
}

/** @throws Refusal that names what is wrong and shows the usage. */
export function readArguments(command: Command, args: string[]): Arguments {
  const usage = `Usage: ${usageOf(command)}`;
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [name, parserOption(option)]),
  );
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    const [site, ...rest] = positionals;
    if (site === undefined) throw new Refusal(`SITE is missing. ${usage}`);
    if (rest.length > 0) throw new Refusal(`Unexpected argument "${rest.join(' ')}". ${usage}`);
    const read = values as Record<string, string | boolean | undefined>;
    return {
      site,
      text: (name) => (typeof read[name] === 'string' ? read[name] : undefined),
      flag: (name) => read[name] === true,
    };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}. ${usage}`);
  }
}
