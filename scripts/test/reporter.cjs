// Prints one line per suite, each test that can't run here (its title says why), and each failure in full.
const { relative } = require('node:path');

module.exports = class {
  onTestResult(test, result) {
    const failed = result.numFailingTests > 0 || result.testExecError;
    const counts = [
      `${result.numPassingTests} passed`,
      result.numFailingTests > 0 && `${result.numFailingTests} failed`,
      result.numPendingTests > 0 && `${result.numPendingTests} skipped`,
    ].filter(Boolean);
    const seconds = ((result.perfStats.end - result.perfStats.start) / 1000).toFixed(1);
    console.log(
      `${failed ? 'FAILED' : 'ok    '} ${relative(test.context.config.rootDir, test.path)}  ${counts.join(', ')}  ${seconds} s`,
    );
    for (const { status, fullName } of result.testResults)
      if (status === 'pending' && fullName.includes('(skipped: ')) console.log(`skipped  ${fullName}`);
    if (result.failureMessage) console.log(result.failureMessage);
    for (const { message, origin } of result.console ?? []) console.log(`${message}\n${origin}`);
  }
};
