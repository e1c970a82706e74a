module.exports = require('./suites.cjs').only('long');
