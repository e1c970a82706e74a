#!/usr/bin/env node
/** `npx handover COMMAND SITE ...`: reads the command line and runs the command. */
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { sentenceOf } from '../domain/sentence';
import { connectToTemporal, type TemporalConnection } from './client';
import { readArguments, type Command } from './command';
import { drill } from './drill';
import { evidence } from './evidence/command';
import { failback, restore } from './failback';
import { grants } from './grants';
import { helpFor, overview } from './help';
import { messageCommands } from './message-commands';
import { monitor } from './monitor';
import { nearest } from './nearest';
import { prepare } from './prepare';
import { Refusal } from './refusal';
import { rejoin } from './rejoin';
import { report } from './report/command';
import { salvage } from './salvage/command';
import { status } from './status';
import { transfer } from './transfer';

const commands: Command[] = [
  ...[monitor, transfer, failback, restore, rejoin, salvage, evidence, drill, status, report, grants, prepare],
  ...messageCommands,
];

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    console.log(overview(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) throw new Refusal(unknownCommand(name));
  if (args.includes('--help')) {
    console.log(helpFor(command));
    return 0;
  }
  const given = readArguments(command, args);
  let connection: TemporalConnection | undefined;
  try {
    return await command.run(given, async () => (connection = await connectToTemporal()));
  } finally {
    await connection?.close();
  }
}

function unknownCommand(typed: string): string {
  const names = commands.map((command) => command.name);
  const meant = nearest(typed, names);
  const hint = meant === undefined ? `The commands are ${names.join(', ')}.` : `Did you mean ${meant}?`;
  return `There is no command ${typed}. ${hint} See: npx handover --help`;
}

function printError(error: unknown): number {
  if (error instanceof Refusal) console.error(error.message);
  else if (error instanceof WorkflowNotFoundError)
    console.error(`${error.workflowId} was not found: it was never started, or Temporal has deleted its history.`);
  else if (error instanceof ServiceError)
    console.error(`Temporal gave no answer: ${sentenceOf(error)} What was started goes on.`);
  else console.error(error);
  return 2;
}

// A reader that closes the pipe early, such as head, is no failure.
process.stdout.on('error', () => process.exit(0));

void main(process.argv.slice(2))
  .catch(printError)
  .then((code) => process.exit(code));
