import { testSchedules } from './schedules.js';

testSchedules({ capacityRows: 300, maxEvents: 600, share: 0.1 });
