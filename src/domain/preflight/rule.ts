/** What a rule of the preflight is, and how its rows are made. */
import type { Facts, Part, Preflight } from './facts';

/** `unknown`: it could not be read, which is not "ok". */
export interface Judgement {
  state: 'ok' | 'wrong' | 'unknown';
  because: string;
  /** The checks fail by it. */
  fails: boolean;
}

interface Texts {
  name: string;
  /** Completes "it must be". */
  wanted: string;
  /** Completes "because". */
  why: string;
  /** What to type or to change; a full sentence. */
  set: string;
  /** Why a transfer is safe although it is wrong. Without it the checks fail. */
  advisory?: string;
  /** What is wrong fails the checks all the same; `advisory` says why they do not fail while it is unknown. */
  advisoryIf?: 'unknown';
  /** A promotion would lose or corrupt orders, so that a planned transfer is refused. */
  guardsOrders?: true;
}

export interface Rule extends Texts {
  judge: (preflight: Preflight) => Judgement;
}

/** What is wrong as words that "; it must be" can follow; undefined when nothing is. */
type Flaw = string | { unknown: string } | undefined;

/** One region is looked at after the other. */
export function inEachRegion<P extends Part>(
  part: P,
  { fine, ...texts }: Texts & { fine: string },
  flawOf: (told: Facts<P>, region: string, preflight: Preflight) => Flaw,
): Rule {
  const judge = (preflight: Preflight) => {
    const told = toldIn(part, preflight);
    const flaws = told.known.map(([region, facts]) => flawOf(facts, region, preflight));
    return judgement(texts, () => fine, [...flaws, ...told.unknown]);
  };
  return { ...texts, judge };
}

/** The regions are compared, so all of them must be known. */
export function acrossRegions<P extends Part>(
  part: P,
  { fine, ...texts }: Texts & { fine: string },
  flawOf: (told: readonly (readonly [region: string, facts: Facts<P>])[], preflight: Preflight) => Flaw,
): Rule {
  const judge = (preflight: Preflight) => {
    const { known, unknown } = toldIn(part, preflight);
    return judgement(texts, () => fine, unknown.length > 0 ? unknown : [flawOf(known, preflight)]);
  };
  return { ...texts, judge };
}

interface Variable extends Omit<Texts, 'set'> {
  /** As the option file spells it: `binlog_format = ROW`. */
  line: string;
  /** The server reads it only when it starts, or a replica only when it connects. */
  atStart?: true;
  atConnect?: true;
  accepts: (value: string) => boolean;
}

/** One variable that must be the same right value in every region. */
export function variable({ line, atStart, atConnect, accepts, ...texts }: Variable): Rule {
  const { name } = texts;
  const whole = { ...texts, set: atStart ? settingAtStart(line) : setting(line, atConnect) };
  const judge = (preflight: Preflight) => {
    const { known, unknown } = toldIn('settings', preflight);
    const flaws = known.map(([region, { variables }]): Flaw => {
      const value = variables[name];
      if (value === undefined) return { unknown: `${region}'s server has no variable ${name}.` };
      return accepts(value) ? undefined : `${name} is ${value || 'empty'} on ${region}`;
    });
    return judgement(whole, () => `${valuesOf(name, preflight)}.`, [...flaws, ...unknown]);
  };
  return { ...whole, judge };
}

/** A variable that must be equal everywhere. */
export function equalVariables(names: readonly string[], texts: Texts): Rule {
  const judge = (preflight: Preflight) => {
    const { known, unknown } = toldIn('settings', preflight);
    const flaws = names.map((name): Flaw => {
      const missing = known.find(([, { variables }]) => variables[name] === undefined);
      if (missing) return { unknown: `${missing[0]}'s server has no variable ${name}.` };
      const values = new Set(known.map(([, { variables }]) => variables[name]));
      return values.size > 1 ? valuesOf(name, preflight) : undefined;
    });
    const fine = () => `${names.map((name) => valuesOf(name, preflight)).join(', ')}.`;
    return judgement(texts, fine, unknown.length > 0 ? unknown : flaws);
  };
  return { ...texts, judge };
}

/** A list for a sentence; a long one is cut. */
export const named = (names: readonly string[], limit = 10): string =>
  names.length <= limit ? names.join(', ') : `${names.slice(0, limit).join(', ')} and ${names.length - limit} more`;

const setting = (line: string, atConnect = false): string =>
  `There type: SET GLOBAL ${line};${atConnect ? ' STOP REPLICA IO_THREAD; START REPLICA IO_THREAD;' : ''} and keep ${line} under [mariadbd] in its option file.`;

export const settingAtStart = (line: string): string =>
  `Write ${line} under [mariadbd] in the option file there, and restart the server while it is the standby.`;

/** `binlog_format is ROW on A and MIXED on B`. */
export function valuesOf(name: string, preflight: Preflight): string {
  const told = toldIn('settings', preflight).known.map(
    ([region, { variables }]) => [region, variables[name] ?? ''] as const,
  );
  const values = [...new Set(told.map(([, value]) => value))];
  const groups = values.map((value) => {
    const regions = told.filter(([, other]) => other === value).map(([region]) => region);
    return `${value || 'empty'} on ${regions.join(' and ')}`;
  });
  return `${name} is ${groups.join(' and ')}`;
}

function toldIn<P extends Part>(part: P, { regions }: Preflight) {
  const known: (readonly [string, Facts<P>])[] = [];
  const unknown: { unknown: string }[] = [];
  for (const [region, facts] of Object.entries(regions)) {
    const answer = facts[part];
    if ('told' in answer) known.push([region, answer.told]);
    else unknown.push({ unknown: `It could not be read on ${region}: ${answer.unread}` });
  }
  return { known, unknown };
}

function judgement(texts: Omit<Texts, 'name'>, fine: () => string, flaws: readonly Flaw[]): Judgement {
  const wrong = flaws.filter((flaw) => typeof flaw === 'string');
  const unknown = flaws.flatMap((flaw) => (typeof flaw === 'object' ? [flaw.unknown] : []));
  const { wanted, why, set, advisory, advisoryIf } = texts;
  const rule = `it must be ${wanted}, because ${why}. ${set}`;
  const mild = advisory === undefined ? '' : ` It stops no transfer: ${advisory}.`;
  if (wrong.length > 0) {
    const fails = advisory === undefined || advisoryIf === 'unknown';
    const because = [`${wrong.join('; ')}; ${rule}${fails ? '' : mild}`, ...unknown].join(' ');
    return { state: 'wrong', because, fails };
  }
  if (unknown.length > 0) {
    const because = `Unknown: ${unknown.join(' ')} Check it by hand: ${rule}${mild}`;
    return { state: 'unknown', because, fails: advisory === undefined };
  }
  return { state: 'ok', because: fine(), fails: false };
}
