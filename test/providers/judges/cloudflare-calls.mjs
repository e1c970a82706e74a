// What Cloudflare's own client makes of a fake: FOLDER (where `cloudflare` is installed), URL, TOKEN, ZONE ID, ACCOUNT ID; JSON on stdout.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, baseURL, apiToken, zone_id, account_id] = process.argv.slice(2);
const { Cloudflare } = createRequire(join(folder, 'calls.js'))('cloudflare');
const client = new Cloudflare({ baseURL, apiToken, maxRetries: 0, timeout: 5_000 });
const { records } = client.dns;

const all = async (list) => {
  const found = [];
  for await (const one of list) found.push(one);
  return found;
};
const named = async (name, type) => {
  const found = await all(records.list({ zone_id, name: { exact: name }, type, per_page: 1 }));
  return found.map(({ content, ttl }) => `${content} ${ttl}`).sort();
};
const refusal = async (attempt) => {
  try {
    await attempt;
    return 'none';
  } catch (error) {
    return { status: error.status, codes: error.errors?.map(({ code }) => code), kind: error.constructor.name };
  }
};

const www = { zone_id, name: 'www.shop.test', type: 'A', ttl: 60 };
const told = { zones: (await all(client.zones.list({ name: 'shop.test' }))).map(({ id, name }) => ({ id, name })) };
told.zone = (await client.zones.get({ zone_id })).name;
told.token = (await client.user.tokens.verify()).status;
const made = await records.create({ ...www, content: '192.0.2.2', proxied: false });
told.made = { name: made.name, content: made.content, proxied: made.proxied };
told.read = await named('www.shop.test', 'A');
told.identical = await refusal(records.create({ ...www, content: '192.0.2.2' }));
told.edited = (await records.edit(made.id, { ...www, content: '192.0.2.3' })).content;
told.put = (await records.update(made.id, { ...www, content: '192.0.2.4', ttl: 120 })).ttl;
told.got = (await records.get(made.id, { zone_id })).content;
const { patches, posts } = await records.batch({
  zone_id,
  patches: [{ id: made.id, name: www.name, type: 'A', ttl: 60, content: '192.0.2.5' }],
  posts: [{ name: www.name, type: 'A', ttl: 60, content: '192.0.2.6' }],
});
told.batch = [...patches, ...posts].map(({ content }) => content);
told.broken = await refusal(records.batch({ zone_id, deletes: [{ id: made.id }], posts: [{ ...www, content: 'x' }] }));
told.deleted = (await records.delete(made.id, { zone_id })).id === made.id;
told.gone = await refusal(records.edit(made.id, { ...www, content: '192.0.2.7' }));
told.left = await named('www.shop.test', 'A');
const [balancer] = await all(client.loadBalancers.list({ zone_id }));
told.balancer = { name: balancer.name, pools: balancer.default_pools.length };
const turned = [...balancer.default_pools].reverse();
const edit = { zone_id, default_pools: turned, fallback_pool: turned[0] };
told.turned = (await client.loadBalancers.edit(balancer.id, edit)).default_pools.join() === turned.join();
told.kept = (await client.loadBalancers.get(balancer.id, { zone_id })).fallback_pool === turned[0];
const pools = await all(client.loadBalancers.pools.list({ account_id }));
told.pools = pools.map(({ name, enabled }) => ({ name, enabled }));
told.health = (await client.loadBalancers.pools.health.get(pools[0].id, { account_id })).pool_id === pools[0].id;
told.denied = await refusal(
  new Cloudflare({ baseURL, apiToken: 'no', maxRetries: 0 }).dns.records.get('x', { zone_id }),
);
console.log(JSON.stringify(told));
