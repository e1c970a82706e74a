import { describeDetection } from './detection.contract';

describeDetection({ outages: 1_000, disturbed: 60, yearsOfNoise: 10, cutMs: 24 * 3_600_000, blind: 50 });
