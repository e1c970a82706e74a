/** Probes one region's table. */
import { randomUUID } from 'node:crypto';
import { okReading, type Reading } from '../../domain/detection/reading';
import { dynamodb } from '../table/dynamodb';
import { reading } from './reading';

export interface TableProbe {
  vantage: string;
  /** The site's name of the region; part of the canary item's key. */
  region: string;
  /** The table's region, such as `eu-central-1`, and its endpoint; AWS's own when absent. */
  tableRegion: string;
  endpoint?: string;
  table: string;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY` with access to this one item. */
  key: string;
  /** Written into the item; 0 when the vantage does not know it. */
  epoch?: number;
  timeoutMs: number;
}

/** Writes the vantage's own canary item and reads it back. A denied or throttled key makes the reading silent, never failed. */
export async function probeTable(probe: TableProbe): Promise<Reading> {
  const { vantage, region, tableRegion, epoch = 0 } = probe;
  return reading('table', async () => {
    const table = dynamodb(probe);
    try {
      const { ms } = await table.canary(`canary#${vantage}#${region}`, randomUUID(), epoch);
      return okReading('table', `The table in ${tableRegion} stored and returned a canary in ${ms} ms.`);
    } finally {
      table.close();
    }
  });
}
