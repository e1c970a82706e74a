module.exports = require('./suites.cjs').only('workflows');
