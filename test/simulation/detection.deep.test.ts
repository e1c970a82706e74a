import { describeDetection } from './detection.contract';

describeDetection({ outages: 5_000, unwitnessed: 400, yearsOfNoise: 30, blind: 300 });
