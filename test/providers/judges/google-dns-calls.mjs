// What Google's own client makes of a fake: FOLDER (where `@google-cloud/dns` is installed), HOST:PORT, PROJECT, TOKEN; JSON on stdout.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, apiEndpoint, projectId, access_token] = process.argv.slice(2);
const require = createRequire(join(folder, 'calls.js'));
const { DNS } = require('@google-cloud/dns');
const { OAuth2Client } = require('google-auth-library');

const authClient = new OAuth2Client();
authClient.setCredentials({ access_token, expiry_date: Date.now() + 3_600_000 });
const dns = new DNS({ apiEndpoint, projectId, authClient, autoRetry: false, maxRetries: 0 });

const refusal = (attempt) =>
  attempt.then(
    () => 'none',
    ({ code, errors }) => ({ code, reasons: errors?.map(({ reason }) => reason) }),
  );
const shown = ({ type, metadata: { name, ttl, rrdatas } }) => `${type} ${name} ${ttl} ${[...rrdatas].sort().join()}`;

const [zones] = await dns.getZones({ dnsName: 'shop.test.' });
const told = { zones: zones.map(({ id, metadata }) => `${id} ${metadata.dnsName}`) };
const [zone] = zones;
const set = (ttl, data, name = 'www.shop.test.') => zone.record('a', { name, ttl, data });
const sets = async (query) => (await zone.getRecords(query))[0].map(shown);

told.zone = (await zone.getMetadata())[0].visibility;
told.all = (await sets({})).sort();
told.read = await sets({ name: 'www.shop.test.', type: 'A' });
const [change] = await zone.createChange({ delete: set(30, '192.0.2.1'), add: set(60, ['192.0.2.2', '192.0.2.3']) });
told.change = change.metadata.status;
told.later = (await change.getMetadata())[0].status;
told.moved = await sets({ name: 'www.shop.test.', type: 'A' });
told.outdated = await refusal(zone.createChange({ delete: set(30, '192.0.2.1'), add: set(60, '192.0.2.9') }));
told.there = await refusal(zone.createChange({ add: set(60, '192.0.2.9') }));
told.absent = await refusal(zone.createChange({ delete: set(60, '192.0.2.9', 'no.shop.test.') }));
told.elsewhere = await refusal(zone.createChange({ add: set(60, '192.0.2.9', 'www.other.test.') }));
told.unknown = await refusal(dns.zone('nothing').getMetadata());
console.log(JSON.stringify(told));
