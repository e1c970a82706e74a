module.exports = require('./suites.cjs').only('servers');
