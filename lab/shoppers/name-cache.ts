import { Resolver } from 'node:dns/promises';

/** Resolves a name to its addresses and their TTL in seconds, as `dns.promises.Resolver.resolve4` does. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly ttl: number }[]>;

/** While the resolver fails, the last answer is used for this long, as in a browser. */
const KEEP_MS = 30_000;
/** Pause before the resolver is queried again after a failure. */
const RETRY_MS = 500;

/** Queries one resolver up to twice, with a time-out of a second each. */
export function resolverAt(address: string, port: number): Resolve {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([`${address}:${port}`]);
  return (host) => resolver.resolve4(host, { ttl: true });
}

/** One customer's DNS cache for one name: an answer is used for its TTL, and for 30 s more while the resolver fails. */
export class NameCache {
  private addresses: readonly string[] = [];
  private freshUntil = 0;
  private keepUntil = 0;
  private query: Promise<void> | undefined;
  private readonly host: string;
  private readonly resolve: Resolve;
  private readonly now: () => number;

  constructor(host: string, resolve: Resolve, now: () => number = () => performance.now()) {
    this.host = host;
    this.resolve = resolve;
    this.now = now;
  }

  /** The address to connect to. Rejects when the name was never resolved or the last answer is too old. */
  async address(): Promise<string> {
    if (this.now() >= this.freshUntil) {
      this.query ??= this.refresh().finally(() => (this.query = undefined));
      await this.query;
    }
    const [address] = this.addresses;
    if (address === undefined) throw new Error(`the name ${this.host} did not resolve`);
    return address;
  }

  private async refresh(): Promise<void> {
    try {
      const answer = await this.resolve(this.host);
      if (answer.length === 0) throw new Error('no address');
      const ttl = Math.min(...answer.map((record) => record.ttl), 3600);
      this.addresses = answer.map((record) => record.address);
      this.freshUntil = this.now() + ttl * 1000;
      this.keepUntil = this.freshUntil + KEEP_MS;
    } catch {
      if (this.now() > this.keepUntil) this.addresses = [];
      this.freshUntil = this.now() + RETRY_MS;
    }
  }
}
