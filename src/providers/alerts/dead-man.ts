/**
 * A dead-man switch: an address that is asked for while all is well, such as a check of healthchecks.io (healthchecks.io/docs/http_api, read
 * 2026-11), a heartbeat of Better Stack or Cronitor, or a push monitor of Uptime Kuma; each takes a GET. Whoever knows the address can keep it quiet.
 */
import type { DeadMan } from '../../ports/ports';
import { openHttp } from '../http/client';
import { requireSuccess } from '../http/read-response';

const timeoutMs = 10_000;

export function deadManAt(url: string): DeadMan & { close: () => void } {
  const { pathname = '', search = '' } = URL.canParse(url) ? new URL(url) : {};
  const secrets = [pathname, ...pathname.split('/'), search].filter((part) => part.length > 3);
  const http = openHttp({ server: 'the dead-man switch', baseUrl: url, secrets, timeoutMs });
  return {
    allIsWell: async () => requireSuccess(await http.send({ path: search })),
    close: http.close,
  };
}
