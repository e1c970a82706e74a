/** Sets the TTL of the shop's records and keeps their values: `node ttl.js 60`. Runs in the lab's namespace `world`. */
import { loadSite } from '../../src/config';
import { connect } from '../../src/connect/connect';

async function main([ttlSeconds = '']: string[]): Promise<void> {
  const site = await loadSite('lab', { sitesDir: '/mnt/sites' });
  const ports = connect(site);
  for (const { name, type } of site.dns.records) {
    const set = await ports.dns.read(name, type);
    if (!set) throw new Error(`${name} has no record of type ${type}`);
    await ports.dns.replace(set, { ...set, ttlSeconds: Number(ttlSeconds) });
  }
  await ports.close();
  console.log(JSON.stringify({ ttlSeconds: Number(ttlSeconds) }));
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
