#!/usr/bin/env node
/** `npx handover VERB SITE ...`: the table of contents of everything a person can ask for. */
import { WorkflowNotFoundError } from '@temporalio/client';
import { reachTemporal, type Reach } from './client';
import { drill } from './drill';
import { failback } from './failback';
import { monitor } from './monitor';
import { Refusal } from './refusal';
import { rejoin } from './rejoin';
import { report } from './report/verb';
import { messageCommands } from './say';
import { status } from './status';
import { transfer } from './transfer';
import { readArguments, type Command } from './verb';

const commands: Command[] = [monitor, transfer, failback, rejoin, drill, status, report, ...messageCommands];

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(
    ({ name, summary, usage }) =>
      `  ${name.padEnd(width)}  ${summary}\n  ${' '.repeat(width)}  handover ${name} ${usage}`,
  );
  return ['handover: a durable disaster-recovery runbook.', '', ...lines].join('\n');
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    console.log(help());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) throw new Refusal(`There is no "${name}"; there are ${commands.map((each) => each.name).join(', ')}.`);
  const given = readArguments(command, args);
  let reach: Reach | undefined;
  try {
    return await command.run(given, async () => (reach = await reachTemporal()));
  } finally {
    await reach?.close();
  }
}

function sayWhy(error: unknown): number {
  if (error instanceof Refusal) console.error(error.message);
  else if (error instanceof WorkflowNotFoundError)
    console.error(`There is no such workflow: ${error.workflowId} has not been started.`);
  else console.error(error);
  return 2;
}

// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', () => process.exit(0));

void main(process.argv.slice(2))
  .catch(sayWhy)
  .then((code) => process.exit(code));
