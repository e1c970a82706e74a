// Which suites run where. `daily` is quick and needs no server; `patient` starts servers of its own on the loopback, or takes long;
// `lab` needs the lab, one suite at a time.
const LAB = /\/test\/lab\//;
const PATIENT = /\/test\/(workflows-live|providers|rejoin)\/|\.live\.test\.ts$|\/transfer-mutants\.test\.ts$/;

/** The lane of the suite at this path: `lab`, `patient` or `daily`. */
function laneOf(path) {
  const slashed = path.replaceAll('\\', '/');
  return LAB.test(slashed) ? 'lab' : PATIENT.test(slashed) ? 'patient' : 'daily';
}

/** jest's --filter that leaves one lane. */
const only = (lane) => (paths) => ({ filtered: paths.filter((path) => laneOf(path) === lane) });

module.exports = { laneOf, only };
