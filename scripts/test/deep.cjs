module.exports = require('./suites.cjs').only('deep');
