import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../../domain/report/report';
import { htmlReport } from './html';
import { markdownReport } from './markdown';

/** Writes `report.json`, `.md` and `.html` into `folder`; returns the path of the HTML. */
export async function writeReport(report: Report, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const page = join(folder, 'report.html');
  await Promise.all([
    writeFile(join(folder, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`),
    writeFile(join(folder, 'report.md'), markdownReport(report)),
    writeFile(page, htmlReport(report)),
  ]);
  return page;
}

/** `reports/2026-11-24T00-12-05-lab-outage`: sorts by time, and the name is valid on every file system. */
export function reportFolder(report: Report): string {
  const at = new Date(report.startedAt).toISOString().slice(0, 19).replace(/:/g, '-');
  return join('reports', `${at}-${report.site}`);
}
