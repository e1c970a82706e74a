import { describeDetection } from './detection.contract';

describeDetection({ outages: 150, unwitnessed: 10, yearsOfNoise: 1, blind: 5 });
