import { monitorId } from '../contract/ids';
import type { Command } from './command';
import { start } from './start';

export const monitor: Command = {
  name: 'monitor',
  summary: "Watch a site until it is stopped, and start transfers where the site's policy allows it.",
  options: {},
  run: async ({ site }, connect) => {
    const connection = await connect();
    await start(connection, {
      type: 'monitor',
      workflowId: monitorId(site),
      input: { site },
      summary: `watching ${site}`,
    });
    console.log(
      `Started ${monitorId(site)} in namespace ${connection.namespace} at ${connection.address}. Check it with: npx handover status ${site}`,
    );
    return 0;
  },
};
