module.exports = require('./suites.cjs').only('patient');
