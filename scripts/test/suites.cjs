// Which suites run where. `daily` is quick and needs no server; `workflows` needs a Temporal server of its own, and `servers` other servers on the
// loopback, or they wait by the clock; `lab` needs the lab, one suite at a time; `deep` explores what the others sample, and runs alone.
const LANES = {
  deep: /\.deep\.test\.ts$/,
  lab: /\/test\/lab\//,
  workflows: /\/test\/(workflows-live|rejoin)\//,
  servers: /\/test\/providers\/|\.live\.test\.ts$/,
};

/** The lane of the suite at this path: one of LANES, or `daily`. */
function laneOf(path) {
  const slashed = path.replaceAll('\\', '/');
  return Object.keys(LANES).find((lane) => LANES[lane].test(slashed)) ?? 'daily';
}

/** jest's --filter that leaves one lane. */
const only = (lane) => (paths) => ({ filtered: paths.filter((path) => laneOf(path) === lane) });

module.exports = { laneOf, only };
