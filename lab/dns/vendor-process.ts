/** A vendor's fake as a process of the lab: `--vendor NAME --listen ADDRESS --secrets DIR`. It serves the shop's zone and the vendor's API. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { places, shopName, world } from '../network/places';
import { readArguments, runProcess } from '../payments/process';
import { apiPort, vendors, type Vendor } from './vendors';

/** How long a vendor's name servers still serve the previous records; some seconds are usual. */
const publishAfterMs = 1_000;

async function start(): Promise<{ ready: string; stop: () => Promise<void> }> {
  const given = readArguments({ vendor: undefined, listen: undefined, secrets: undefined });
  const vendor = Object.hasOwn(vendors, given.vendor) ? vendors[given.vendor as keyof typeof vendors] : undefined;
  if (vendor === undefined) throw new Error(`--vendor must be one of ${Object.keys(vendors).join(', ')}`);
  const { start: open, ttlSeconds }: Vendor = vendor;
  const fake = await open((file) => readFileSync(join(given.secrets, file), 'utf8'), {
    api: { host: given.listen, port: apiPort },
    nameServers: [{ host: given.listen, port: 53 }],
    origin: 'shop.test.',
  });
  const a = (name: string, address: string) =>
    fake.put({ name, type: 'A', ttlSeconds: Math.max(5, ttlSeconds), values: [address] });
  a(`${shopName}.`, places.A.address);
  a('a.shop.test.', places.A.address);
  a('b.shop.test.', places.B.address);
  a('ns1.shop.test.', world.authoritative);
  fake.publishAfter(publishAfterMs);
  return { ready: `${given.vendor} listens on ${fake.url}`, stop: fake.close };
}

void runProcess(start);
