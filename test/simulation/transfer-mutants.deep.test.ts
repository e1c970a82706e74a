import { describeMutants } from './transfer-mutants.contract';

describeMutants('all');
