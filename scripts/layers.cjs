// The layers of src, bottom up: each imports itself and those named here, also types, and nothing else of src. ESLint refuses other imports as they are
// written; `npm run structure` reads the whole tree.
module.exports = {
  domain: [],
  fields: ['domain'],
  ports: ['domain'],
  contract: ['ports', 'domain'],
  providers: ['ports', 'fields', 'domain'],
  config: ['providers', 'fields', 'domain'],
  connect: ['config', 'providers', 'ports', 'fields', 'domain'],
  activities: ['contract', 'connect', 'config', 'providers', 'ports', 'fields', 'domain'],
  workflows: ['contract', 'ports', 'domain'],
  starters: ['contract', 'domain'],
};
