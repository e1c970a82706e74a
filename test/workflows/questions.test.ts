/** Several steps may wait for a person at once, and each answer belongs to one of them. */
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
  const command = questions.retry(www);
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
