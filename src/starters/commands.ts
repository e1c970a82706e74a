/** Every command of the CLI; each has a file. */
import type { Command } from './command';
import { drill } from './drill';
import { evidence } from './evidence/command';
import { failback, restore } from './failback';
import { grants } from './grants';
import { messageCommands } from './message-commands';
import { monitor } from './monitor';
import { prepare } from './prepare';
import { rejoin } from './rejoin';
import { report } from './report/command';
import { salvage } from './salvage/command';
import { status } from './status';
import { transfer } from './transfer';

export const commands: readonly Command[] = [
  ...[monitor, transfer, failback, restore, rejoin, salvage, evidence, drill, status, report, grants, prepare],
  ...messageCommands,
];
