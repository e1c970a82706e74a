const { isSlow } = require('./suites.cjs');

/** jest's --filter: the suites that start servers. */
module.exports = (paths) => ({ filtered: paths.filter(isSlow) });
