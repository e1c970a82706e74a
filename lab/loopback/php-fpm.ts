import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { phpFpm, type PhpFpmOptions } from '../../src/providers/settings/php-fpm/php-fpm';
import type { Host, Settings } from '../../src/ports/ports';
import { request } from './fastcgi';
import { type Place, type RunningServer, startServer } from './place';

export interface RealShopServer {
  options: PhpFpmOptions;
  settings: Settings;
  php: RunningServer;
  /** What a PHP script sees of the environment now. */
  environment: () => Promise<Record<string, string>>;
  close: () => Promise<void>;
}

const firstSettings = `; settings of the shop
env[HANDOVER_SITE] = "lab"
env[HANDOVER_REGION] = "A"
env[HANDOVER_ROLE] = "primary"
env[HANDOVER_EPOCH] = "1"
env[AWS_DYNAMODB_REGION] = "lab-a"
env[HANDOVER_SCHEDULER] = "on"
`;

interface Files {
  socket: string;
  script: string;
  /** Settings of the shop, and of nginx. */
  file: string;
  proxy: string;
}

function writeConfiguration(at: Place, { socket, script, file, proxy }: Files): void {
  writeFileSync(file, firstSettings);
  writeFileSync(proxy, '');
  writeFileSync(script, '<?php echo json_encode(getenv());');
  writeFileSync(
    at.path('php-fpm.conf'),
    `[global]\npid = ${at.path('php.pid')}\nerror_log = ${at.path('php.log')}
[www]\nuser = root\nlisten = ${socket}\npm = static\npm.max_children = 1\ninclude = ${file}\n`,
  );
  writeFileSync(
    at.path('nginx.conf'),
    `pid ${at.path('nginx.pid')};\nerror_log ${at.path('nginx.log')};\nevents {}
http { access_log off; server { listen unix:${at.path('nginx.sock')}; include ${proxy}; } }\n`,
  );
}

function startFpm(at: Place, socket: string): Promise<RunningServer> {
  return startServer(['php-fpm8.2', '-F', '-R', '-y', at.path('php-fpm.conf')], at.path('fpm.out'), () => {
    try {
      return readFileSync(at.path('php.pid'), 'utf8') !== '' && execFileSync('test', ['-S', socket]).length === 0;
    } catch {
      return false;
    }
  });
}

/** php-fpm with one worker and nginx's configuration beside it; nginx itself is only asked to test. */
export async function realShopServer(at: Place, host: Host): Promise<RealShopServer> {
  const [socket, script] = [at.path('php.sock'), at.path('env.php')];
  const [file, proxy] = [at.path('handover.conf'), at.path('proxy.conf')];
  writeConfiguration(at, { socket, script, file, proxy });
  const php = await startFpm(at, socket);
  const options = {
    region: 'A',
    host,
    hasTable: true,
    file,
    proxy,
    gate: at.path('gate'),
    schedulerPaused: at.path('scheduler-paused'),
    test: `php-fpm8.2 -R -t -y ${at.path('php-fpm.conf')}`,
    reload: `echo php >> ${at.path('reloads')}; kill -USR2 $(cat ${at.path('php.pid')})`,
    proxyTest: `nginx -t -q -c ${at.path('nginx.conf')}`,
    proxyReload: `echo nginx >> ${at.path('reloads')}`,
  };
  return {
    options,
    settings: phpFpm(options),
    php,
    environment: async () => {
      const answer = await request(socket, script);
      return JSON.parse(answer.slice(answer.indexOf('{'))) as Record<string, string>;
    },
    close: () => php.kill(),
  };
}
