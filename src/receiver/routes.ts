/** Which alarm is for which site: the `alarms` of all site files, read again as they change. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSite, siteNames } from '../config/load';
import type { Site } from '../config';
import { sentenceOf } from '../domain/sentence';
import type { SecretRef } from '../fields/secret-refs';

/** An alarm of a site. */
export interface Target {
  site: string;
  name: string;
}

export interface Routes {
  /** By topic, then by the alarm's name in CloudWatch. */
  topics: ReadonlyMap<string, ReadonlyMap<string, readonly Target[]>>;
  /** By `SITE/NAME`: the secrets that may sign it. */
  signed: ReadonlyMap<string, readonly SecretRef[]>;
  /** Site files that can't be read now, a sentence each: what they name is as it was before, or unknown. */
  unreadable: readonly string[];
}

/** Anybody may send requests; the files are looked at no more often than this. */
const lookAgainMs = 2_000;

interface Kept {
  writtenAtMs: number;
  alarms: Site['alarms'];
  problem?: string;
}

/**
 * @param log gets a sentence whenever a file turns unreadable
 * @param now milliseconds since the epoch
 */
export function routesIn(sitesDir: string, log: (line: string) => void, now: () => number): () => Promise<Routes> {
  const kept = new Map<string, Kept>();
  let current: { at: number; routes: Promise<Routes> } | undefined;
  const look = async (): Promise<Routes> => {
    const names = await siteNames(sitesDir);
    for (const name of kept.keys()) if (!names.includes(name)) kept.delete(name);
    for (const name of names) {
      const read = await readAlarms(sitesDir, name, kept.get(name));
      if (read.problem !== undefined && read.problem !== kept.get(name)?.problem) log(read.problem);
      kept.set(name, read);
    }
    return routesOf(kept);
  };
  return () => {
    if (current === undefined || now() - current.at >= lookAgainMs) current = { at: now(), routes: look() };
    return current.routes;
  };
}

async function readAlarms(sitesDir: string, name: string, before: Kept | undefined): Promise<Kept> {
  const writtenAtMs = await stat(join(sitesDir, `${name}.yaml`)).then(
    ({ mtimeMs }) => mtimeMs,
    () => -1,
  );
  // What could not be read may be readable now, though the file itself has not changed.
  if (before?.writtenAtMs === writtenAtMs && before.problem === undefined) return before;
  try {
    const { alarms } = await loadSite(name, { sitesDir });
    return { writtenAtMs, alarms };
  } catch (error) {
    const problem = `The site file of ${name} can't be read: ${sentenceOf(error)}`;
    return { writtenAtMs, alarms: before?.alarms, problem };
  }
}

function routesOf(kept: ReadonlyMap<string, Kept>): Routes {
  const topics = new Map<string, Map<string, Target[]>>();
  const signed = new Map<string, readonly SecretRef[]>();
  for (const [site, { alarms = {} }] of kept)
    for (const [name, { source }] of Object.entries(alarms)) {
      if (source?.kind === 'signed') signed.set(`${site}/${name}`, source.secrets);
      if (source?.kind !== 'cloudwatch') continue;
      const alarmsOf = topics.get(source.topic) ?? new Map<string, Target[]>();
      alarmsOf.set(source.alarm, [...(alarmsOf.get(source.alarm) ?? []), { site, name }]);
      topics.set(source.topic, alarmsOf);
    }
  const unreadable = [...kept.values()].flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  return { topics, signed, unreadable };
}
