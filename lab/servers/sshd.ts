import { mkdir, writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '../control/process';
import { places, type RegionName } from '../network/places';

/** All paths are absolute: with a relative one a daemonised sshd resets every connection and logs nothing. */
function configuration(region: RegionName): string {
  return `
ListenAddress ${places[region].address}
Port 22
HostKey /srv/etc/ssh/host_ed25519
AuthorizedKeysFile /srv/etc/ssh/authorized_keys
PidFile /srv/run/sshd.pid
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
# The lab's directory may be below folders of any owner; the key file itself belongs to root, mode 0600.
StrictModes no
PrintMotd no
PrintLastLog no
MaxStartups 50:30:100
MaxSessions 50
SetEnv PATH=/srv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
Subsystem sftp internal-sftp
`;
}

export async function prepareSshd(root: string, region: RegionName): Promise<ProcessSpec> {
  await mkdir(`${root}/etc/ssh`, { recursive: true });
  await writeFile(`${root}/etc/ssh/sshd_config`, configuration(region));
  return {
    name: `${region}.sshd`,
    place: region,
    view: 'host',
    command: '/usr/sbin/sshd',
    args: ['-D', '-e', '-f', '/srv/etc/ssh/sshd_config'],
    listens: [{ tcp: 22 }],
  };
}
