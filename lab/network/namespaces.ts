import { spawn } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { run } from './commands';
import { gatewayOf, isRegion, placeNames, places, regionNames, routedPlaces, world, type PlaceName } from './places';

/**
 * Builds every namespace, link, route and mount of the lab. Runs once, in the daemon's own mount and pid namespace,
 * so that all of it ends with the daemon.
 * @param labDir the lab's directory by its path on the host
 */
export async function buildNamespaces(labDir: string): Promise<void> {
  const shadow = await unlockedShadow();
  await run('sh', ['-eu'], { input: privateMounts(labDir) });
  await mkdir('/mnt/resolv', { recursive: true });
  await Promise.all(
    placeNames.map((place) =>
      writeFile(`/mnt/resolv/${place}`, `nameserver ${places[place].nameserver}\noptions timeout:1 attempts:1\n`),
    ),
  );
  if (shadow !== undefined) await writeFile('/run/lab/shadow', shadow, { mode: 0o600 });
  await run('sh', ['-eu'], { input: links() });
  await Promise.all([
    ...placeNames.map((place) => mountNamespace(place, ownMounts(place))),
    ...regionNames.map((region) => mountNamespace(`${region}-host`, [...ownMounts(region), ...hiddenMounts(labDir)])),
  ]);
}

function privateMounts(labDir: string): string {
  return `
mount -t tmpfs -o mode=755 lab-run /run
mkdir /run/netns /run/lab /run/sshd
# With the regions' own mounts, where they have any.
mount --rbind '${labDir}' /mnt
resolv=$(readlink -m /etc/resolv.conf)
mkdir -p "$(dirname "$resolv")"
[ -e "$resolv" ] || : > "$resolv"
`;
}

function links(): string {
  const lines = placeNames.flatMap((name) => [`ip netns add ${name}`, `ip -n ${name} link set lo up`]);
  const services = [places.world.address, world.temporal, world.authoritative, world.resolver, ...world.controlTargets];
  lines.push(...services.map((address) => `ip -n world addr add ${address}/32 dev lo`));
  lines.push('nsenter --net=/run/netns/world sysctl -qw net.ipv4.ip_forward=1');
  for (const name of routedPlaces) lines.push(...routedLink(name));
  for (const name of regionNames) lines.push(...paymentLink(name));
  return lines.join('\n');
}

/** `src` sets the sender address of `world`: a cut matches addresses, not interfaces. */
function routedLink(name: PlaceName): string[] {
  const { address } = places[name];
  return [
    `ip link add v${name} netns world type veth peer name eth0 netns ${name}`,
    `ip -n world addr add ${gatewayOf(name)}/32 dev v${name}`,
    `ip -n world link set v${name} up`,
    `ip -n ${name} addr add ${address}/24 dev eth0`,
    `ip -n ${name} link set eth0 up`,
    `ip -n world route add ${address}/32 dev v${name} src ${places.world.address}`,
    `ip -n ${name} route add default via ${gatewayOf(name)}`,
  ];
}

function paymentLink(name: PlaceName): string[] {
  const own = places[name].address;
  const { address } = places.pay;
  return [
    `ip link add v${name} netns pay type veth peer name pay0 netns ${name}`,
    `ip -n pay addr add ${address}/32 dev v${name}`,
    `ip -n pay link set v${name} up`,
    `ip -n ${name} link set pay0 up`,
    `ip -n pay route add ${own}/32 dev v${name} src ${address}`,
    `ip -n ${name} route add ${address}/32 dev pay0 src ${own}`,
  ];
}

/**
 * An idle process keeps each mount namespace alive, and a symbolic link points to it. Keeping it by a bind mount, as
 * `unshare --mount=FILE` does, fails at random on kernels whose namespace ids are not in order of age (seen on 6.18).
 */
async function mountNamespace(name: string, commands: string[]): Promise<void> {
  const script = [...commands, 'echo ready', 'exec sleep infinity'].join('\n');
  const anchor = spawn('unshare', ['--mount', 'sh', '-euc', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  anchor.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await new Promise<void>((resolve, reject) => {
    anchor.stdout.once('data', () => resolve());
    anchor.once('error', reject);
    anchor.once('exit', () => reject(new Error(`the mounts of ${name} could not be created: ${stderr.trim()}`)));
  });
  await symlink(`/proc/${anchor.pid ?? 0}/ns/mnt`, `/run/lab/${name}`);
}

function ownMounts(place: PlaceName): string[] {
  const resolv = `mount --bind /mnt/resolv/${place} "$(readlink -m /etc/resolv.conf)"`;
  return isRegion(place) ? [resolv, `mount --bind /mnt/${place} /srv`] : [resolv];
}

/** Hides the lab's secrets and the other region from a region's servers, on /mnt and under the lab's path on the host. */
function hiddenMounts(labDir: string): string[] {
  return [
    '[ ! -e /run/lab/shadow ] || mount --bind /run/lab/shadow /etc/shadow',
    // A region's host must not use root's shell settings of this machine; bash reads them for a command over ssh too.
    '[ ! -e /root/.bashrc ] || mount --bind /dev/null /root/.bashrc',
    'mount -t tmpfs -o mode=755 lab-hidden /mnt',
    `mount -t tmpfs -o mode=755 lab-hidden "${labDir}"`,
  ];
}

/** sshd refuses even a key for an account whose password is locked with `!`; `*` means "no password" without that. */
async function unlockedShadow(): Promise<string | undefined> {
  const shadow = await readFile('/etc/shadow', 'utf8');
  return /^root:!/m.test(shadow) ? shadow.replace(/^root:[^:]*/m, 'root:*') : undefined;
}
