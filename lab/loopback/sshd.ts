import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { SshOptions } from '../../src/providers/host/connection';
import { ssh } from '../../src/providers/host/ssh';
import type { Host } from '../../src/ports/ports';
import { freePort, type Place, type RunningServer, startServer } from './place';

export const sshAddress = '127.0.15.1';

export interface RealHost {
  options: SshOptions;
  host: Host;
  server: RunningServer;
  /** Files of the key that lets root in, and of the server's own line of known_hosts. */
  keyFile: string;
  knownHostsFile: string;
  close: () => Promise<void>;
}

/** A key without a passphrase; gives the path of the private one. */
export function newKey(file: string, type = 'ed25519'): string {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file]);
  return file;
}

/** Absolute paths only: with a relative one the daemon resets every connection. `more` are further lines of sshd_config. */
export async function realHost(at: Place, more = ''): Promise<RealHost> {
  mkdirSync('/run/sshd', { recursive: true });
  const port = await freePort();
  const [hostKey, keyFile, knownHostsFile] = [newKey(at.path('host')), newKey(at.path('key')), at.path('known_hosts')];
  const configuration = `Port ${port}\nListenAddress ${sshAddress}\nHostKey ${hostKey}\nAuthorizedKeysFile ${keyFile}.pub
StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n${more}`;
  writeFileSync(at.path('sshd_config'), configuration);
  writeFileSync(knownHostsFile, `[${sshAddress}]:${port} ${readFileSync(`${hostKey}.pub`, 'utf8')}`);
  const command = ['/usr/sbin/sshd', '-D', '-e', '-f', at.path('sshd_config')];
  const server = await startServer(command, at.path('sshd.log'), { host: sshAddress, port });
  const options = {
    region: 'A',
    address: sshAddress,
    port,
    user: 'root',
    key: readFileSync(keyFile, 'utf8'),
    knownHosts: readFileSync(knownHostsFile, 'utf8'),
  };
  const host = ssh(options);
  return {
    options,
    host,
    server,
    keyFile,
    knownHostsFile,
    close: async () => {
      await host.close();
      await server.kill();
    },
  };
}

/** A host on which `login` runs before each command, as what a distribution or an owner writes into `.bashrc` does. */
export function hostWithLogin(at: Place, login: string): Promise<RealHost> {
  writeFileSync(at.path('.bashrc'), `${login}\n`);
  return realHost(at, `SetEnv HOME=${at.path()}\n`);
}
