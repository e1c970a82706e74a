import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isSocketError, surviveSocketErrors } from '../../src/uncaught-errors';

/** How a process ends that handles uncaught errors as a worker does, and in which `mishap` happens. */
function processIn(mishap: string) {
  const program = `
    require(${JSON.stringify(join(__dirname, '../typescript.cjs'))});
    require(${JSON.stringify(join(__dirname, '../../src/uncaught-errors.ts'))}).${surviveSocketErrors.name}(console.error);
    ${mishap};
    setTimeout(() => console.log('alive'), 200);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  return { status, alive: stdout === 'alive\n', stderr };
}

test.each([
  ['a refused connection', `require('node:net').connect(1, '127.0.0.1')`, /ECONNREFUSED/],
  [
    'a rejected promise with a socket error',
    `Promise.reject(Object.assign(new Error('x'), { code: 'ECONNRESET', syscall: 'read' }))`,
    /ECONNRESET/,
  ],
])('a process survives %s that nobody handles, and logs it', (_what, mishap, logged) => {
  expect(processIn(mishap)).toEqual({ status: 0, alive: true, stderr: expect.stringMatching(logged) as string });
});

test.each([
  ['a bug', `setTimeout(() => undefined.nothing)`, /TypeError/],
  ['a rejected promise', `Promise.reject(new Error('not a socket'))`, /not a socket/],
  ['a file that is missing', `require('node:fs').createReadStream('/nowhere')`, /ENOENT/],
])('a process ends with code 1 on %s that nobody handles, and logs it', (_what, mishap, logged) => {
  expect(processIn(mishap)).toEqual({ status: 1, alive: false, stderr: expect.stringMatching(logged) as string });
});

test.each([
  ['connect', 'ENETUNREACH', true],
  ['connect', 'EHOSTUNREACH', true],
  ['connect', 'EACCES', true],
  ['connect', 'EINVAL', true],
  ['read', 'ECONNRESET', true],
  ['write', 'EPIPE', true],
  ['getaddrinfo', 'EAI_AGAIN', true],
  ['read', 'EACCES', false],
  ['write', 'ENOSPC', false],
  ['open', 'ENOENT', false],
  ['listen', 'EADDRINUSE', false],
])('%s that fails with %s: a socket error is %s', (syscall, code, expected) => {
  expect(isSocketError(Object.assign(new Error(`${syscall} ${code}`), { syscall, code }))).toBe(expected);
});
