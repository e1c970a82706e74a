import { mkdir, writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '../control/process';
import { places, shopName, world } from '../network/places';

const zone = 'shop.test';
const ttlSeconds = 5;

/** The name of the runbook's TSIG key; `dns.provider.keyName` of a site file. */
export const tsigKeyName = 'handover';

function configuration(tsigKey: string): string {
  return `
key "${tsigKeyName}" {
  algorithm hmac-sha256;
  secret "${tsigKey}";
};
options {
  directory "/mnt/world/bind";
  pid-file none;
  session-keyfile none;
  listen-on port 53 { ${world.authoritative}; };
  listen-on-v6 { none; };
  recursion no;
  notify no;
  dnssec-validation no;
  version none;
  minimal-responses yes;
};
controls { };
zone "${zone}" {
  type primary;
  file "zone";
  update-policy { grant ${tsigKeyName} zonesub A AAAA CNAME; };
};
`;
}

function records(): string {
  return `$ORIGIN ${zone}.
$TTL 3600
@ IN SOA ns1 hostmaster 1 3600 600 86400 ${ttlSeconds}
@ IN NS ns1
ns1 IN A ${world.authoritative}
${shopName}. ${ttlSeconds} IN A ${places.A.address}
a 60 IN A ${places.A.address}
b 60 IN A ${places.B.address}
`;
}

/**
 * BIND with the shop's zone, instead of PowerDNS and at its address; the shop's name points to A.
 * @param tsigKey base64 (not base64url), the secret of the key `handover`, which may change every A, AAAA and CNAME of the zone
 */
export async function prepareBind(root: string, tsigKey: string): Promise<ProcessSpec> {
  const folder = `${root}/world/bind`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/named.conf`, configuration(tsigKey), { mode: 0o600 });
  await writeFile(`${folder}/zone`, records());
  return {
    name: 'bind',
    place: 'world',
    view: 'lab',
    command: 'named',
    args: ['-g', '-n', '1', '-c', '/mnt/world/bind/named.conf'],
    listens: [{ udp: 53 }, { tcp: 53 }],
  };
}
