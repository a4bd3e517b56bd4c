export { createSimulatedClock } from './simulated-clock.js';
export type { SimulatedClock } from './simulated-clock.js';
export { createSeededRandom } from './seeded-random.js';
