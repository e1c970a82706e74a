/** MariaDB's transaction ids: `DOMAIN-SERVER-SEQUENCE`, such as `0-1-99`; a position is a list of them with commas. */

export interface Gtid {
  domain: string;
  server: string;
  sequence: bigint;
}

/** @throws Error when `text` is no GTID; they come from servers and binary logs, so a wrong one is a defect. */
export function parseGtid(text: string): Gtid {
  const [, domain, server, sequence] = /^(\d+)-(\d+)-(\d+)$/.exec(text.trim()) ?? [];
  if (domain === undefined || server === undefined || sequence === undefined)
    throw new Error(`${JSON.stringify(text)} is no GTID; one looks like 0-1-99.`);
  return { domain, server, sequence: BigInt(sequence) };
}

/** What a server has: the highest sequence of each server in each domain. */
export type Knowledge = (gtid: string) => boolean;

/** `position` lists all that a server has had from each server, as `gtid_binlog_state` does; empty entries are left out. */
export function knowledgeOf(position: string): Knowledge {
  const highest = new Map<string, bigint>();
  for (const text of position.split(',').filter((each) => each.trim() !== '')) {
    const { domain, server, sequence } = parseGtid(text);
    const key = `${domain}-${server}`;
    if ((highest.get(key) ?? -1n) < sequence) highest.set(key, sequence);
  }
  return (gtid) => {
    const { domain, server, sequence } = parseGtid(gtid);
    return sequence <= (highest.get(`${domain}-${server}`) ?? -1n);
  };
}
