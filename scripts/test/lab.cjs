module.exports = require('./suites.cjs').only('lab');
