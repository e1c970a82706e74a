import { monitorId } from '../contract/ids';
import { start } from './start';
import type { Command } from './verb';

export const monitor: Command = {
  name: 'monitor',
  summary: 'Watch a site for as long as it lives; it starts a transfer where the site’s policy lets it.',
  usage: 'SITE',
  options: {},
  run: async ({ site }, reach) => {
    const { address, namespace, ...rest } = await reach();
    await start(
      { address, namespace, ...rest },
      { type: 'monitor', workflowId: monitorId(site), input: { site }, summary: `watching ${site}` },
    );
    console.log(
      `Watching ${site} as ${monitorId(site)} in namespace ${namespace} at ${address}. See it with: npx handover status ${site}`,
    );
    return 0;
  },
};
