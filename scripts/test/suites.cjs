// Which suites run where. `daily` is quick and needs no server; `long` needs none either; `patient` starts servers of its own on the
// loopback, or waits by the clock; `lab` needs the lab, one suite at a time.
const LAB = /\/test\/lab\//;
const PATIENT = /\/test\/(workflows-live|providers|rejoin)\/|\.live\.test\.ts$/;
const LONG = /\/transfer-mutants\.test\.ts$/;

const LANES = { lab: LAB, patient: PATIENT, long: LONG };

/** The lane of the suite at this path: `lab`, `patient`, `long` or `daily`. */
function laneOf(path) {
  const slashed = path.replaceAll('\\', '/');
  return Object.keys(LANES).find((lane) => LANES[lane].test(slashed)) ?? 'daily';
}

/** jest's --filter that leaves one lane. */
const only = (lane) => (paths) => ({ filtered: paths.filter((path) => laneOf(path) === lane) });

module.exports = { laneOf, only };
