module.exports = require('./suites.cjs').only('daily');
