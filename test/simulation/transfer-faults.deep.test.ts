import { describeTransferFaults } from './transfer-faults.contract';

describeTransferFaults({ passing: 'all of them', upheavals: 'all of them', pairs: 10_000 });
