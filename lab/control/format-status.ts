import type { Cut } from '../network/firewall';
import { regionNames } from '../network/places';
import type { DatabaseStatus, LabStatus, SessionsStatus } from './status';
import { serviceNames } from './supervisor';

/** The lab's state as a table. */
export function formatStatus(status: LabStatus): string {
  const rows = [
    ['', ...regionNames.map((region) => (status.paused.includes(region) ? `${region} (paused)` : region))],
    ['database', ...regionNames.map((region) => database(status.regions[region].database))],
    ['  position', ...regionNames.map((region) => status.regions[region].database.gtid ?? '-')],
    ['  replication', ...regionNames.map((region) => replication(status.regions[region].database))],
    ['sessions', ...regionNames.map((region) => sessions(status.regions[region].sessions))],
    ...serviceNames.map((service) => [
      service,
      ...regionNames.map((region) => stateOf(status, `${region}.${service}`)),
    ]),
  ];
  const region = new Set(regionNames.flatMap((name) => serviceNames.map((service) => `${name}.${service}`)));
  const others = status.processes
    .filter(({ name }) => !region.has(name))
    .map(({ name, place }) => [name, stateOf(status, name), `in ${place}`]);
  return [
    `Lab running since ${status.startedAt}`,
    '',
    align(rows),
    '',
    align(others),
    '',
    `links cut: ${formatCuts(status.cuts)}`,
    `table faults: ${status.tables.map(({ region: name, mode }) => `${name} ${mode}`).join(', ') || 'none'}`,
  ].join('\n');
}

/** `A-B` for both directions, `A>B` for one. */
export function formatCuts(cuts: Cut[]): string {
  const has = (from: string, to: string) => cuts.some((cut) => cut.from === from && cut.to === to);
  const links = cuts.map(({ from, to }) => (has(to, from) ? [from, to].sort().join('-') : `${from}>${to}`));
  return [...new Set(links)].join(', ') || 'none';
}

function database({ reachable, because, writable, epoch }: DatabaseStatus): string {
  if (!reachable) return `does not answer: ${because ?? ''}`;
  return `${writable ? 'writable' : 'read-only'}${epoch === undefined ? '' : `, epoch ${epoch}`}`;
}

function replication({ reachable, replica }: DatabaseStatus): string {
  if (!reachable) return '-';
  if (!replica) return 'none';
  const { io, sql, lag, error } = replica;
  return `io ${io}, sql ${sql}, lag ${lag === null ? 'unknown' : `${lag} s`}${error === '' ? '' : `: ${error.slice(0, 60)}`}`;
}

function sessions(status: SessionsStatus | undefined): string {
  if (!status) return 'in the database';
  const { reachable, because, role, link } = status;
  if (!reachable) return `does not answer: ${because ?? ''}`;
  return `${role ?? 'unknown'}${link === undefined ? '' : `, link ${link}`}`;
}

function stateOf(status: LabStatus, name: string): string {
  const found = status.processes.find((process) => process.name === name);
  if (!found) return 'not in this build';
  const { code, signal } = found.exit ?? {};
  return found.exit ? `ended (${signal ?? `code ${code ?? '?'}`})` : found.state;
}

function align(rows: string[][]): string {
  const widths = rows.reduce<number[]>((seen, row) => row.map((cell, i) => Math.max(cell.length, seen[i] ?? 0)), []);
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
