/** From the words of a command line to the command, and from whatever came of it to one outcome. */
import { ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { sentenceOf } from '../domain/sentence';
import { connectToTemporal, type TemporalConnection } from './client';
import { readArguments, type Command } from './command';
import type { Outcome } from './exit-codes';
import { helpFor, overview } from './help';
import { nearest } from './nearest';
import { Misuse, Refusal } from './refusal';

/** Prints what there is to say; never throws. */
export async function dispatch(
  commands: readonly Command[],
  words: readonly string[],
  connect: () => Promise<TemporalConnection> = connectToTemporal,
): Promise<Outcome> {
  let connection: TemporalConnection | undefined;
  try {
    return await run(commands, words, async () => (connection = await connect()));
  } catch (error) {
    return told(error);
  } finally {
    await connection?.close();
  }
}

async function run(
  commands: readonly Command[],
  [name, ...args]: readonly string[],
  connect: () => Promise<TemporalConnection>,
): Promise<Outcome> {
  if (name === undefined || name === '--help' || name === 'help') {
    console.log(overview(commands));
    return name === undefined ? 'usage' : 'done';
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) throw new Misuse(unknownCommand(name, commands));
  if (args.includes('--help')) {
    console.log(helpFor(command));
    return 'done';
  }
  return command.run(readArguments(command, args), connect);
}

function unknownCommand(typed: string, commands: readonly Command[]): string {
  const names = commands.map((command) => command.name);
  const meant = nearest(typed, names);
  const hint = meant === undefined ? `The commands are ${names.join(', ')}.` : `Did you mean ${meant}?`;
  return `There is no command ${typed}. ${hint} See: npx handover --help`;
}

/** Prints an error for a person, and says what it amounts to. */
function told(error: unknown): Outcome {
  if (error instanceof Refusal) {
    console.error(error.message);
    return error.outcome;
  }
  if (error instanceof WorkflowNotFoundError) {
    console.error(`${error.workflowId} was not found: it was never started, or Temporal has deleted its history.`);
    return 'not found';
  }
  if (error instanceof ServiceError) {
    console.error(`Temporal gave no answer: ${sentenceOf(error)} What was started goes on.`);
    return 'no answer';
  }
  console.error(error);
  return 'fault';
}
