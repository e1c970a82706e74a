// The layers of src, bottom up. Each may import itself and the layers listed for it, types included, and nothing else of src. ESLint refuses any other
// import while it is written; `npm run structure` checks the whole tree.
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
  // Listens to the internet, so nothing of it can reach a region: of providers it needs those of alarms alone.
  receiver: ['contract', 'config', 'providers', 'ports', 'fields', 'domain'],
  // The ports for one thing: customers' values go from the database to a terminal, and through no history.
  starters: ['connect', 'config', 'contract', 'ports', 'domain'],
};
