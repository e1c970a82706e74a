import { describeLateActs, describeTransferFaults } from './transfer-faults.contract';

describeTransferFaults({
  passing: 'a sample of 2 faults each',
  upheavals: 'a sample of 1 of 7 each',
  passingEach: 2,
  upheavalsEach: 1,
  pairs: 60,
});
describeLateActs();
