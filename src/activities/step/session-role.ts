/** Whether a session store keeps its role over a restart, to follow a sentence about that role; a follow-up where it may not. */
import type { Facts } from '../../domain/plan/plan';
import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';

export async function keptRole(region: string, ports: Ports): Promise<{ because: string; facts: Facts }> {
  const followUp = await ports
    .sessions(region)
    .keepRole()
    .catch((error: unknown) => {
      if (!(error instanceof PortError)) throw error;
      return `Whether the session store of ${region} keeps its role over a restart is unknown: ${error.message}`;
    });
  return followUp === undefined ? { because: '', facts: {} } : { because: ` ${followUp}`, facts: { followUp } };
}
