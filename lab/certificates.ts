import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './network/commands';
import { places, regionNames, shopName, type RegionName } from './network/places';

/**
 * Creates the lab's certificate authority and one server certificate per region, for the shop's public name, the
 * region's own name and its address. nginx and MariaDB present the same one.
 * @param root the lab's directory; writes `ca/` there and `etc/tls/` in each region
 */
export async function makeCertificates(root: string): Promise<void> {
  const ca = join(root, 'ca');
  await mkdir(ca, { recursive: true });
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'],
    ...['-subj', '/CN=handover lab CA', '-keyout', join(ca, 'ca.key'), '-out', join(ca, 'ca.crt')],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
  await Promise.all(regionNames.map((region) => makeServerCertificate(root, region)));
}

async function makeServerCertificate(root: string, region: RegionName): Promise<void> {
  const ca = join(root, 'ca');
  const dir = join(root, region, 'etc/tls');
  await mkdir(dir, { recursive: true });
  const names = [`DNS:${shopName}`, `DNS:${region.toLowerCase()}.shop.test`, `IP:${places[region].address}`];
  const extensions = join(dir, 'extensions.cnf');
  await writeFile(
    extensions,
    `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n`,
  );
  const request = join(dir, 'server.csr');
  await run('openssl', [
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-subj', `/CN=${shopName}`, '-keyout', join(dir, 'server.key'), '-out', request],
  ]);
  await run('openssl', [
    ...['x509', '-req', '-in', request, '-CA', join(ca, 'ca.crt'), '-CAkey', join(ca, 'ca.key'), '-days', '30'],
    ...['-CAcreateserial', '-CAserial', join(dir, 'serial'), '-extfile', extensions, '-out', join(dir, 'server.crt')],
  ]);
  await copyFile(join(ca, 'ca.crt'), join(dir, 'ca.crt'));
}
