/**
 * What the sampler has seen, look by look. A condition is believed only when it was seen in several looks in a row; what could not be read is
 * neither good nor bad. Pure, plain data, bounded: the monitor carries it from run to run.
 */

export type Answer = 'good' | 'bad' | 'unknown';

/** What one look says of one thing. */
export interface Finding {
  name: string;
  answer: Answer;
  because: string;
  /** Customers are not served while it is bad. */
  vital?: true;
}

export interface Condition extends Finding {
  /** The look that asks for it. */
  look: string;
  /** What is believed, and since when; `because` is of the last look that said so. */
  believed: Answer;
  /** Milliseconds since the epoch. */
  since: number;
  /** How often `answer` was seen in a row, and since when. */
  looks: number;
  answerSince: number;
}

/** `version` is of this shape. What is good, and was good in the last look, is only counted. */
export interface Sight {
  version: 1;
  /** The last look; 0 before the first. */
  at: number;
  /** By the name of a look: when it was taken last, and how many things it looks at. */
  looks: Readonly<Record<string, { at: number; things: number }>>;
  conditions: readonly Condition[];
}

export const nothingSeen: Sight = { version: 1, at: 0, looks: {}, conditions: [] };

/** One look may fall into a reload, a busy second or a transaction that waits: at 15 s this is 45 s, longer than those last. */
export const looksUntilBelieved = 3;
/** A timeout says little, and a busy machine has many: what cannot be read is told of only after this long. */
export const unreadForMs = 5 * 60_000;
const mostConditions = 40;
const longestSentence = 300;

/**
 * Conditions of other looks stay as they are; what this look no longer asks for is forgotten.
 * @param look its name
 * @param at milliseconds since the epoch
 */
export function afterLook(before: Sight, look: string, findings: readonly Finding[], at: number): Sight {
  const others = before.conditions.filter((each) => each.look !== look);
  const own = findings.flatMap((finding) => {
    const known = before.conditions.find((each) => each.look === look && each.name === finding.name);
    const next = { ...believe(known, finding, at), look };
    return next.believed === 'good' && next.answer === 'good' ? [] : [next];
  });
  return {
    version: 1,
    at,
    looks: { ...before.looks, [look]: { at, things: findings.length } },
    conditions: [...others, ...own].slice(0, mostConditions),
  };
}

function believe(known: Condition | undefined, finding: Finding, at: number): Omit<Condition, 'look'> {
  const { answer } = finding;
  const isSame = known?.answer === answer;
  const [looks, answerSince] = isSame ? [known.looks + 1, known.answerSince] : [1, at];
  const [believed, since] = [known?.believed ?? 'good', known?.since ?? at];
  const lasts = looks >= looksUntilBelieved && (answer !== 'unknown' || at - answerSince >= unreadForMs);
  // What was bad and cannot be read any more is not better for it.
  const changes = lasts && answer !== believed && !(believed === 'bad' && answer === 'unknown');
  const told = changes || answer === believed || known === undefined ? finding.because : known.because;
  const because = told.slice(0, longestSentence);
  return {
    ...finding,
    because,
    looks,
    answerSince,
    ...(changes ? { believed: answer, since: answerSince } : { believed, since }),
  };
}

/** What is believed to be so, the vital first. */
export const believedIn = ({ conditions }: Sight, answer: Answer): Condition[] =>
  conditions
    .filter(({ believed }) => believed === answer)
    .sort((one, other) => Number(other.vital ?? false) - Number(one.vital ?? false));

/** Changes whenever something else is believed. */
export const wordOf = ({ conditions }: Sight): string =>
  conditions
    .filter(({ believed }) => believed !== 'good')
    .map(({ name, believed }) => `${name}=${believed}`)
    .sort()
    .join(', ');
