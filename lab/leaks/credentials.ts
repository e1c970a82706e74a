/** A unique credential for everything that needs one. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { VendorKind } from '../loopback/zone-servers';

/**
 * Contains characters that base64, URLs, JSON and SQL encode differently, and is as long as the longest keys are: servers cut off what they
 * repeat, and a beginning gives away as much as the whole.
 */
const canary = (of: string): string =>
  `cnry/${of}+Zq7='"\\`.padEnd(120, createHash('sha256').update(of).digest('base64url'));

let pem: string | undefined;
/** One private key for all uses, because generating one is slow. */
function privateKey(): string {
  pem ??= generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;
  return pem;
}

const googleKey = () =>
  JSON.stringify({
    type: 'service_account',
    project_id: 'lab-shop-1',
    private_key_id: 'cnry0google0key0id',
    client_email: 'handover@lab-shop-1.iam.gserviceaccount.com',
    private_key: privateKey(),
  });

/** By vendor and file, as `lab/dns/vendors.ts` names them. */
export const credentialsOf: Readonly<Record<VendorKind, () => Record<string, string>>> = {
  digitalocean: () => ({ 'digitalocean-token': `dop_v1_${canary('digitalocean')}` }),
  cloudflare: () => ({ 'cloudflare-token': canary('cloudflare') }),
  route53: () => ({ 'route53-key': `AKIACNRYROUTE53ID:${canary('route53-secret')}` }),
  google: () => ({ 'google-key.json': googleKey() }),
};

/** The content of a secret file of the site; undefined for public files. */
export function credentialIn(file: string, webhookUrl: string): string | undefined {
  if (/(^|\/)ca\.crt$|known-hosts$/.test(file)) return undefined;
  if (file === 'ssh-key') return privateKey();
  if (file === 'slack-url') return `${webhookUrl}/services/T0CNRY/cnry-slack-path-Zq7`;
  if (file.startsWith('table-')) return `AKIACNRY${file.toUpperCase().replace(/\W/g, '')}:${canary(file)}`;
  return canary(file);
}
