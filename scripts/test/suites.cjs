// The lanes of the test suites. `daily` is quick and needs no server; `simulation` needs none either and has processes of its own, because what other
// suites leave behind makes each promise slower; `workflows` needs its own Temporal server; `servers` needs other servers on the loopback, or waits in
// real time; `lab` needs the lab and runs one suite at a time; `deep` explores in full what the others sample, and runs alone.
const LANES = {
  deep: /\.deep\.test\.ts$/,
  simulation: /\/test\/simulation\//,
  lab: /\/test\/lab\//,
  workflows: /\/test\/(workflows-live|rejoin)\//,
  servers: /\/test\/providers\/|\.live\.test\.ts$/,
};

/** The lane of the suite at this path: one of LANES, otherwise `daily`. */
function laneOf(path) {
  const slashed = path.replaceAll('\\', '/');
  return Object.keys(LANES).find((lane) => LANES[lane].test(slashed)) ?? 'daily';
}

/** A jest --filter that keeps one lane. */
const only = (lane) => (paths) => ({ filtered: paths.filter((path) => laneOf(path) === lane) });

module.exports = { laneOf, only };
