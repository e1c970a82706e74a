import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** Reads a file of /proc; a process that has ended in the meantime gives an empty text, never an error. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function numericEntries(path: string): number[] {
  return readdirSync(path)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

const listening = '0A';

/** Whether a process in this process's network namespace listens on the port, and this process has entered `netns`. */
export function listensOn(
  pid: number,
  netns: string,
  port: { tcp: number } | { udp: number } | { path: string },
): boolean {
  if (link(`/proc/${pid}/ns/net`) !== `net:[${statSync(netns).ino}]`) return false;
  if ('path' in port)
    return read(`/proc/${pid}/net/unix`)
      .split('\n')
      .some((line) => isListener(line, port.path));
  const number = 'tcp' in port ? port.tcp : port.udp;
  const suffix = `:${number.toString(16).toUpperCase().padStart(4, '0')}`;
  const protocols = 'tcp' in port ? ['tcp', 'tcp6'] : ['udp', 'udp6'];
  return protocols
    .flatMap((protocol) => read(`/proc/${pid}/net/${protocol}`).split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .some((fields) => (fields[1] ?? '').endsWith(suffix) && ('udp' in port || fields[3] === listening));
}

/** The flag is the kernel's __SO_ACCEPTCON. */
function isListener(line: string, path: string): boolean {
  const fields = line.split(' ').filter(Boolean);
  return fields[3] === '00010000' && fields[7] === path;
}

/** Whether the process is stopped by a signal. */
export function isStopped(pid: number): boolean {
  return stateOf(pid) === 'T';
}

/** Whether a process group has a member that still runs; zombies do not. */
export function groupRuns(group: number): boolean {
  return numericEntries('/proc').some((pid) => {
    const fields = afterName(pid);
    return Number(fields[2]) === group && !['Z', 'X'].includes(fields[0] ?? 'X');
  });
}

/** Every process in the mount namespace to which this path leads. */
export function processesIn(mountNamespace: string): number[] {
  const wanted = `mnt:[${statSync(mountNamespace).ino}]`;
  return numericEntries('/proc').filter((pid) => link(`/proc/${pid}/ns/mnt`) === wanted);
}

function stateOf(pid: number): string | undefined {
  return afterName(pid)[0];
}

/** The fields of /proc/PID/stat after the name, which may itself hold spaces and brackets: state, parent, group... */
function afterName(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
