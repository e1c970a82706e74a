/** One region's table as a vantage sees it. */
import { randomUUID } from 'node:crypto';
import { okReading, type Reading } from '../../domain/detection/reading';
import { dynamodb } from '../table/dynamodb';
import { reading } from './reading';

export interface TableProbe {
  vantage: string;
  /** The region whose table is meant, as in the site; with the vantage it names the canary item. */
  region: string;
  /** The table's own name of that region, and its endpoint; AWS's when absent. */
  tableRegion: string;
  endpoint?: string;
  table: string;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY` with the right to this one item. */
  key: string;
  /** Goes into the item, 0 when the vantage knows none. */
  epoch?: number;
  timeoutMs: number;
}

/** Writes the vantage's own canary item and reads it back. A refused key or a throttled one is silence, never failure. */
export async function probeTable(probe: TableProbe): Promise<Reading> {
  const { vantage, region, tableRegion, epoch = 0 } = probe;
  return reading('table', async () => {
    const table = dynamodb(probe);
    try {
      const { ms } = await table.canary(`canary#${vantage}#${region}`, randomUUID(), epoch);
      return okReading('table', `The table in ${tableRegion} took a canary and gave it back in ${ms} ms.`);
    } finally {
      table.close();
    }
  });
}
