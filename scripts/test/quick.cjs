const { isSlow } = require('./suites.cjs');

/** jest's --filter: the suites that start no server. */
module.exports = (paths) => ({ filtered: paths.filter((path) => !isSlow(path)) });
