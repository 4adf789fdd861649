import { testSchedules } from './schedules.js';

testSchedules({ capacityRows: 40, maxEvents: 320, share: 0.45 });
