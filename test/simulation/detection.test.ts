import { describeDetection } from './detection.contract';

describeDetection({ outages: 40, disturbed: 10, yearsOfNoise: 0.5, cutMs: 3_600_000, blind: 3 });
