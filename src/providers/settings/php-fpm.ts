import { PortError } from '../errors';
import type { Host, Settings } from '../ports';

export interface PhpFpmOptions {
  /** Name of the region, for the sentences. */
  region: string;
  host: Host;
  /** Paths on the host and commands run there, as in the site's `settings`. */
  file: string;
  test: string;
  reload: string;
  gate: string;
  schedulerPaused: string;
  proxy: string;
  proxyTest: string;
  proxyReload: string;
  /** Limit of one script on the host, 10 s by default. */
  timeoutMs?: number;
}

/** Settings as `env[NAME] = "value"` lines of a php-fpm include, and the switches beside it. */
export function phpFpm(options: PhpFpmOptions): Settings {
  throw new PortError('absent', `No php-fpm adapter yet for ${options.region}.`);
}
