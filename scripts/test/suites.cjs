// Which suites need servers, and so take long and run one after another; the others are the daily loop.
const SLOW = [/\/test\/lab\//, /\/test\/workflows-live\//, /\.live\.test\.ts$/];

/** True when the suite at this path starts servers. */
const isSlow = (path) => SLOW.some((pattern) => pattern.test(path.replaceAll('\\', '/')));

module.exports = { isSlow };
