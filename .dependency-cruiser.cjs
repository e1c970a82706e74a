// Which layer may import which, types included; `npm run structure` holds the tree to it and prints what it counts.

const layers = require('./scripts/layers.cjs');

const layerRules = Object.entries(layers).map(([layer, below]) => ({
  name: `${layer} imports ${below.length === 0 ? 'nothing of src but itself' : below.join(', ')}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^(src|lab|bench|test)/', pathNot: `^src/(${[layer, ...below].join('|')})/` },
}));

const never = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to: { path: to } });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    { name: 'no circle', severity: 'error', from: { path: '^(src|lab|bench)/' }, to: { circular: true } },
    never('src imports no lab, bench or test', '^src/', '^(lab|bench|test)/'),
    never('the lab imports no bench and no test', '^lab/', '^(bench|test)/'),
    never('the bench imports no test', '^bench/', '^test/'),
    never('the referee shares no code with the runbook it judges', '^lab/referee/', '^src/'),
    never(
      'domain and contract are pure',
      '^src/(domain|contract)/',
      '^(node_modules/|(node:)?(fs|net|http|https|crypto|os|path)$)',
    ),
    never(
      'Temporal stays out of what lies below activities',
      '^src/(domain|fields|ports|contract|providers|config|connect)/',
      '@temporalio/',
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    includeOnly: '^(src|lab|bench|test)/|node_modules|^(node:)?[a-z]+$',
    exclude: { path: '^dist/' },
  },
};
