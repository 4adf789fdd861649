import { testSchedules } from './schedules.js';

testSchedules({ capacityRows: 12, maxEvents: 150, share: 0.45 });
