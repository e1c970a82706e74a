#!/usr/bin/env node
/** `npx handover COMMAND SITE ...`: runs the command that was typed. */
import { commands } from './commands';
import { dispatch } from './dispatch';
import { exitCodeOf } from './exit-codes';

// A reader that closes the pipe early, such as head, is no failure.
process.stdout.on('error', () => process.exit(0));

void dispatch(commands, process.argv.slice(2)).then((outcome) => process.exit(exitCodeOf(outcome)));
