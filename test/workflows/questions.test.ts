/** Several steps may wait for a person at once, and each answer belongs to one of them. */
import { Hold } from '../../src/workflows/running/hold';
import { Questions } from '../../src/workflows/running/questions';
import { aCall } from '../domain/calls';

const [www, api] = [aCall('dns/www A'), aCall('dns/api A')];
const asking = (...calls: (typeof www)[]) => {
  const questions = new Questions('shop');
  for (const call of calls) questions.ask(call, 'No answer.');
  return questions;
};

test('the only step that waits needs no name, and its commands name none', () => {
  const questions = asking(www);
  expect(questions.sentences()).toEqual([
    'Do dns/www A failed: No answer. Answer with: npx handover retry shop; or npx handover skip shop --because "the DNS record was moved by hand"; or npx handover stop-transfer shop --because "the DNS record was moved by hand"',
  ]);
  expect(questions.refusal('retry', {})).toBeUndefined();
  expect(questions.take('retry', {})).toBe('retry was accepted for the failed step: Do dns/www A.');
  expect(questions.answered(www)).toEqual({ answer: 'retry' });
  expect(questions.sentences()).toEqual([]);
});

test('two steps that wait are two questions, and their commands name the step', () => {
  const sentences = asking(www, api).sentences();
  expect(sentences).toHaveLength(2);
  expect(sentences[0]).toContain('npx handover retry shop --step "dns/www A"; or npx handover skip shop');
  expect(sentences[1]).toContain('npx handover retry shop --step "dns/api A"');
});

test('the command of a page answers its question, also when another step fails before it is typed', () => {
  const questions = asking(www);
  const command = questions.answerTo(www);
  expect(command).toBe('npx handover retry shop --step "dns/www A"');
  expect(questions.refusal('retry', { step: 'dns/www A' })).toBeUndefined();
  questions.ask(api, 'No answer.');
  expect(questions.refusal('retry', { step: 'dns/www A' })).toBeUndefined();
});

test('an answer that names no step is refused while two wait, with the commands that name one', () => {
  const questions = asking(www, api);
  const because =
    '2 steps wait for an answer; nothing was changed. Type: npx handover retry shop --step "dns/www A"; or npx handover retry shop --step "dns/api A"';
  expect(questions.refusal('retry', {})).toBe(because);
  expect(questions.take('retry', {})).toBe(because);
  expect([www, api].map((call) => questions.isAnswered(call))).toEqual([false, false]);
});

test('each of two steps gets its own answer, in any order', () => {
  const questions = asking(www, api);
  questions.take('skip', { step: 'dns/api A', because: 'moved by hand' });
  questions.take('retry', {});
  expect([questions.answered(www), questions.answered(api)]).toEqual([
    { answer: 'retry' },
    { answer: 'skip', because: 'moved by hand' },
  ]);
});

test('a step that does not wait can not be answered, also one that was answered a moment ago', () => {
  const questions = asking(www);
  expect(questions.refusal('retry', { step: 'fence' })).toBe(
    'fence does not wait for an answer; nothing was changed. Type: npx handover retry shop',
  );
  questions.take('retry', {});
  expect(questions.take('stop', { because: 'enough' })).toBe('No step waits for an answer now; nothing was changed.');
  expect(questions.answered(www)).toEqual({ answer: 'retry' });
});

test('a step that fails again asks again', () => {
  const questions = asking(www);
  questions.take('retry', {});
  questions.answered(www);
  questions.ask(www, 'Still no answer.');
  expect(questions.about(www)).toMatch(/^Do dns\/www A failed: Still no answer\./);
  expect(questions.isAnswered(www)).toBe(false);
});

test('stop ends the transfer, so it answers every question, also one that comes after it', () => {
  const questions = asking(www, api);
  const said = questions.take('stop', { because: 'We go on by hand.' });
  expect(said).toBe('stop was accepted: the transfer ends, and changes nothing more.');
  const mail = aCall('mail');
  questions.ask(mail, 'No answer.');
  const answer = { answer: 'stop', because: 'We go on by hand.' };
  expect([www, api, mail].map((call) => questions.answered(call))).toEqual([answer, answer, answer]);
  expect(questions.sentences()).toEqual([]);
});

describe('a step that waits for an approval', () => {
  const now = Date.UTC(2026, 11, 1, 6);
  const fence = aCall('fence', { ask: { approved: {}, waitMs: 1, otherwise: '' } });
  const waiting = () => {
    const questions = new Questions('shop');
    questions.ask(fence, 'Nothing proves it.', { epoch: 2, until: now + 60_000 });
    return questions;
  };
  const ines = { who: 'ines', because: 'A is off.' };

  test('names its time and the commands that answer it, with the epoch', () => {
    const [sentence] = waiting().sentences();
    expect(sentence).toMatch(
      /^Do fence failed: Nothing proves it\. It waits until 2026-12-01T06:01:00Z and is then rolled back\. Answer with: npx/,
    );
    for (const command of [/approve shop --who .* --epoch "2"/, /reject shop/, /extend shop/, /retry shop/])
      expect(sentence).toMatch(command);
    expect(waiting().answerTo(fence)).toMatch(/^npx handover approve shop .* --step "fence"$/);
  });

  test.each([
    ['approve', { answer: 'approve', ...ines }],
    ['reject', { answer: 'reject', because: 'ines rejected it: A is off.' }],
    ['retry', { answer: 'retry' }],
  ] as const)('takes %s', (verb, answer) => {
    const questions = waiting();
    expect(questions.take(verb, { ...ines, epoch: '2', step: 'fence' }, now)).toMatch(/was accepted/);
    expect(questions.answered(fence)).toEqual(answer);
  });

  test.each<[string, Parameters<Questions['refusal']>[0], Record<string, string>, RegExp]>([
    ['of another epoch', 'approve', { epoch: '3' }, /^This run is of epoch 2, not of 3; nothing was changed\.$/],
    ['about another step', 'approve', { step: 'drain' }, /^drain does not wait for an answer; nothing was changed/],
    [
      'that fits no approval',
      'skip',
      {},
      /can't be answered with skip; nothing was changed\. Type: npx handover approve/,
    ],
    [
      'that would shorten the wait',
      'extend',
      { until: '2026-12-01T06:00:30Z' },
      /^It waits until 2026-12-01T06:01:00Z anyway; nothing was changed\.$/,
    ],
  ])('refuses a word %s', (_, verb, words, because) => {
    const questions = waiting();
    expect(questions.refusal(verb, { ...ines, ...words }, now)).toMatch(because);
    expect(questions.take(verb, { ...ines, ...words }, now)).toMatch(because);
    expect(questions.isAnswered(fence)).toBe(false);
  });

  test('waits longer when somebody extends it', () => {
    const questions = waiting();
    expect(questions.take('extend', ines, now)).toMatch(/It waits until 2026-12-01T06:30:00Z\.$/);
    expect(questions.until(fence)).toBe(now + 30 * 60_000);
  });

  test('keeps its first answer, and an approval is no answer to a step that failed behind the pivot', () => {
    const questions = waiting();
    questions.take('reject', ines, now);
    expect(questions.take('approve', ines, now)).toMatch(/^No step waits/);
    expect(asking(www).refusal('approve', ines)).toMatch(
      /can't be answered with approve; nothing was changed\. Type: npx handover retry/,
    );
  });
});

describe('a run as a whole', () => {
  const ines = { who: 'ines', because: 'I look first.' };
  const run = () => {
    const aborted: string[] = [];
    return { hold: new Hold((because) => aborted.push(because)), aborted };
  };

  test('is held once, and goes on when somebody says so', () => {
    const { hold } = run();
    expect(hold.take('go-on', ines)).toBe('Nobody holds the run; nothing was changed.');
    expect(hold.take('hold', ines)).toMatch(/^Held by ines: I look first\. No further step begins\./);
    expect(hold.take('hold', { ...ines, who: 'jo' })).toBe('ines holds the run already; nothing was changed.');
    expect(hold.take('go-on', ines)).toBe('ines lets the run go on.');
    expect(hold.sentence).toBe('');
  });

  test('is rolled back once', () => {
    const { hold, aborted } = run();
    hold.take('hold', ines);
    expect(hold.take('abort', ines)).toBe('The run is being rolled back.');
    expect(hold.take('abort', ines)).toMatch(/already; nothing was changed/);
    expect(aborted).toEqual(['ines aborted the run: I look first.']);
    expect(hold.sentence).toBe('');
  });

  test('can be neither held nor rolled back once the promotion was attempted', () => {
    const { hold, aborted } = run();
    hold.passPivot();
    for (const verb of ['hold', 'go-on', 'abort'] as const)
      expect(hold.take(verb, ines)).toMatch(/^The promotion was attempted, .* nothing was changed\.$/);
    expect(aborted).toEqual([]);
  });
});
