/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Explorations have a run of their own: npm run test:deep.
  testPathIgnorePatterns: ['/node_modules/', '\\.deep\\.test\\.ts$'],
  // No test is judged by how long it takes: this ends one that hangs, also on a machine that has much else to do. Longer than a wait in one
  // (lab/loopback/until.ts), so that the wait can say what it waited for.
  testTimeout: 15 * 60_000,
  maxWorkers: 2,
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // node-fetch 3 and what it brings are ESM only.
  transformIgnorePatterns: ['node_modules/(?!(node-fetch|fetch-blob|data-uri-to-buffer|formdata-polyfill)/)'],
};
