import { Resolver } from 'node:dns/promises';

/** Answers a name with its addresses and their TTL in seconds, as `dns.promises.Resolver.resolve4` does. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly ttl: number }[]>;

/** While the resolver fails, the last answer serves this long, as in a browser. */
const KEEP_MS = 30_000;
/** After a failure the resolver is left alone this long. */
const RETRY_MS = 500;

/** Asks one resolver, twice, a second each. */
export function resolverAt(address: string, port: number): Resolve {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([`${address}:${port}`]);
  return (host) => resolver.resolve4(host, { ttl: true });
}

/** One customer's view of one name: an answer serves for its TTL; a failing resolver leaves the last one in force for 30 s. */
export class NameCache {
  private addresses: readonly string[] = [];
  private freshUntil = 0;
  private keepUntil = 0;
  private asking: Promise<void> | undefined;
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
      this.asking ??= this.ask().finally(() => (this.asking = undefined));
      await this.asking;
    }
    const [address] = this.addresses;
    if (address === undefined) throw new Error(`the name ${this.host} did not resolve`);
    return address;
  }

  private async ask(): Promise<void> {
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
