/** What a command of the CLI is, and how its arguments are read. Each command has a file; `cli.ts` lists them. */
import { parseArgs } from 'node:util';
import { isSiteName } from '../domain/plan/request';
import type { TemporalConnection } from './client';
import type { Outcome } from './exit-codes';
import { nearest } from './nearest';
import { Misuse } from './refusal';

/** `value` is what the usage shows for it, such as `REGION`; `description` is one line for the help. */
export type Option =
  | { type: 'string'; value: string; description: string; default?: string; required?: boolean }
  | { type: 'boolean'; description: string };

export interface Command {
  name: string;
  /** One line for `npx handover --help`. */
  summary: string;
  options: Readonly<Record<string, Option>>;
  /** Whether SITE may be left out, which means all sites: always, or where `--all` takes its place. */
  allSites?: 'always' | 'flag';
  /** What follows SITE, as the usage shows it; for most commands nothing does. */
  words?: string;
  /** Returns how it ended, which is the exit code. */
  run: (given: Arguments, connect: Connect) => Promise<Outcome>;
}

/** Called only when the command line is right, so that a slip is answered also where Temporal is not there. */
export type Connect = () => Promise<TemporalConnection>;

export interface Arguments {
  /** Empty for all sites. */
  site: string;
  /** What followed SITE. */
  words: string[];
  text: (name: string) => string | undefined;
  flag: (name: string) => boolean;
}

/** `npx handover rejoin SITE [--region REGION] [--because SENTENCE]` */
export function usageOf({ name, options, allSites, words = '' }: Command): string {
  const others = Object.entries(options).filter(([option]) => allSites !== 'flag' || option !== 'all');
  const shown = others.map(([option, spec]) => {
    const text = `--${option}${spec.type === 'string' ? ` ${spec.value}` : ''}`;
    return spec.type === 'string' && spec.required ? text : `[${text}]`;
  });
  const site = allSites === undefined ? 'SITE' : { always: '[SITE]', flag: 'SITE|--all' }[allSites];
  return ['npx handover', name, site, ...(words === '' ? [] : [words]), ...shown].join(' ');
}

/** `npx handover freeze shop --who "ines@shop.example" --because "..."`: all that a command needs, ready to paste and change. */
function exampleOf({ name, options }: Command, site: string): string {
  const needed = Object.entries(options).flatMap(([option, spec]) =>
    spec.type === 'string' && spec.required ? [`--${option} ${spec.value}`] : [],
  );
  return ['npx handover', name, site, ...needed].join(' ');
}

/** @throws Misuse that names what is wrong, with the usage or with a command that works. */
export function readArguments(command: Command, args: string[]): Arguments {
  const usage = `Usage: ${usageOf(command)}`;
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
  // Not strict: the words of its errors are for programmers, so each token is checked here.
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  const values: Record<string, string | true> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    else if (token.kind === 'option') values[token.name] = valueOf(command, token, usage);
  }
  const [site = siteLeftOut(command, values, usage), ...rest] = positionals;
  if (rest.length > 0 && command.words === undefined)
    throw new Misuse(`Unexpected argument "${rest.join(' ')}". ${usage}`);
  if (site !== '' && values['all'] === true) throw new Misuse(`${site} or --all, not both. ${usage}`);
  if (site !== '' && !isSiteName(site))
    throw new Misuse(`"${site}" is no name of a site; it is the name of a file in sites/ without .yaml, such as shop.`);
  refuseMissing(command, site === '' ? '--all' : site, values);
  return {
    site,
    words: rest,
    text: (name) => {
      const spec = command.options[name];
      const value = values[name];
      return typeof value === 'string' ? value : spec?.type === 'string' ? spec.default : undefined;
    },
    flag: (name) => values[name] === true,
  };
}

/** @throws Misuse where SITE is needed */
function siteLeftOut({ allSites }: Command, values: Record<string, unknown>, usage: string): '' {
  if (allSites === 'always' || (allSites === 'flag' && values['all'] === true)) return '';
  throw new Misuse(`SITE is missing. ${usage}`);
}

interface OptionToken {
  name: string;
  rawName: string;
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}

function valueOf({ options }: Command, token: OptionToken, usage: string): string | true {
  const { name, rawName, value, inlineValue } = token;
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  if (spec === undefined) {
    const meant = nearest(name, Object.keys(options));
    throw new Misuse(`There is no option ${rawName}. ${meant === undefined ? usage : `Did you mean --${meant}?`}`);
  }
  if (spec.type === 'boolean') {
    if (value !== undefined) throw new Misuse(`${rawName} takes no value: leave out "${value}".`);
    return true;
  }
  if (value === undefined || (!inlineValue && value.startsWith('--')))
    throw new Misuse(`${rawName} needs a value: ${rawName} ${spec.value}`);
  if (value.trim() === '')
    throw new Misuse(`${rawName} is empty: leave it out, or give it as ${rawName} ${spec.value}`);
  return value;
}

function refuseMissing(command: Command, site: string, values: Record<string, unknown>): void {
  const missing = Object.entries(command.options).flatMap(([name, spec]) =>
    spec.type === 'string' && spec.required && values[name] === undefined ? [`--${name}`] : [],
  );
  if (missing.length > 0)
    throw new Misuse(`${command.name} needs ${missing.join(' and ')}: ${exampleOf(command, site)}`);
}
