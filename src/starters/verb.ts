/** What a command of the CLI is: one verb a file, listed in `cli.ts`. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Reach } from './client';
import { Refusal } from './refusal';

export interface Command {
  name: string;
  /** One line for `handover --help`. */
  summary: string;
  /** Behind `npx handover NAME`. */
  usage: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** Returns the exit code: 0 the aim was met, 1 it was not. */
  run: (given: Given, reach: () => Promise<Reach>) => Promise<number>;
}

export interface Given {
  site: string;
  text: (name: string) => string | undefined;
  flag: (name: string) => boolean;
}

/** @throws Refusal that names what is wrong and shows the usage. */
export function readArguments(command: Command, args: string[]): Given {
  const usage = `Usage: npx handover ${command.name} ${command.usage}`;
  try {
    const { values, positionals } = parseArgs({ args, options: command.options, allowPositionals: true, strict: true });
    const [site, ...rest] = positionals;
    if (site === undefined) throw new Refusal(`Which site? ${usage}`);
    if (rest.length > 0) throw new Refusal(`"${rest.join(' ')}" is one word too many. ${usage}`);
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
