/** Starts one of the drill's Node programs as a process of the lab; it ends with the lab. */
import { join } from 'node:path';
import type { Lab } from '../lab';
import type { PlaceName } from '../network/places';

export const checkout = __dirname.replace(/(\/dist)?\/lab\/drill$/, '');

/** @param entry the compiled file below `dist`; its output is `log/NAME.log` */
export async function spawnNode(
  lab: Lab,
  name: string,
  namespace: PlaceName,
  [entry = '', ...args]: string[],
  env: Record<string, string> = {},
): Promise<void> {
  await lab.spawn({
    name,
    namespace,
    command: process.execPath,
    args: ['--enable-source-maps', join(checkout, 'dist', entry), ...args],
    env: {
      TEMPORAL_ADDRESS: lab.info.temporal,
      HANDOVER_SECRETS_DIR: '/mnt/secrets',
      HANDOVER_LAB_CONTROL: '/mnt',
      ...env,
    },
  });
}
