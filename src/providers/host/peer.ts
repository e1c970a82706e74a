import { PortError } from '../../ports/errors';
import { quoted } from './shell';

/** How a region's host reaches the hosts of the others. */
export interface PeerAccess {
  /** Paths on the host itself: its private key for the peers, and their known_hosts. */
  peerKey: string;
  peerKnownHosts: string;
}

export interface Peer {
  address: string;
  port: number;
  user: string;
}

/** The ssh command without its destination. A host with another key than the known one is refused. */
export function peerShell({ peerKey, peerKnownHosts }: PeerAccess, { port }: Peer): string {
  const pinned = `-o StrictHostKeyChecking=yes -o UserKnownHostsFile=${quoted(peerKnownHosts)} -o GlobalKnownHostsFile=/dev/null`;
  const patience = '-o ConnectTimeout=5 -o ServerAliveInterval=5 -o ServerAliveCountMax=3';
  return `ssh -i ${quoted(peerKey)} -p ${port} -o BatchMode=yes -o IdentitiesOnly=yes ${pinned} ${patience}`;
}

/** Shell that runs `command` on the peer. What its login shell prints before that is left out, so the output may be of any kind. */
export function peerCommand(access: PeerAccess, peer: Peer, command: string): string {
  const mark = 'handover: output begins here';
  const marked = `echo ${quoted(mark)}; ${command}`;
  const told = `${peerShell(access, peer)} ${quoted(`${peer.user}@${peer.address}`)} ${quoted(marked)}`;
  // The shell's "read" takes no byte too much from a pipe.
  return `${told} | { while IFS= read -r line && [ "\${line%${mark}}" = "$line" ]; do :; done; cat; }`;
}

/** The peer of that name. @throws PortError(refused) */
export function peerOf<P extends Peer>(peers: Readonly<Record<string, P>>, region: string, name: string): P {
  const peer = Object.hasOwn(peers, name) ? peers[name] : undefined;
  if (peer) return peer;
  throw new PortError(
    'refused',
    `${region}'s host has no peer region ${name}; its peers are ${Object.keys(peers).join(', ')}.`,
  );
}
