// Runs worker-process.ts as it stands, without a build.
require('../typescript.cjs');
require('./worker-process.ts');
