module.exports = require('./suites.cjs').only('simulation');
