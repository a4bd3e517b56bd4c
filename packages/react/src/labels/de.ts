/**
 * Every word of the components in German.
 *
 * @packageDocumentation
 */
import { germanActivity } from './de/activity.js';
import { germanCharts } from './de/charts.js';
import { germanDashboard } from './de/dashboard.js';
import { germanDecisions } from './de/decisions.js';
import { germanMoney } from './de/money.js';
import { germanReading } from './de/reading.js';
import { germanRuns } from './de/runs.js';
import { germanTasks } from './de/tasks.js';
import type { Labels } from './labels.js';

/** German, complete. Give it to the provider together with the locale `de`. */
export const germanLabels: Labels = {
  ...germanActivity,
  ...germanCharts,
  ...germanDashboard,
  ...germanDecisions,
  ...germanMoney,
  ...germanReading,
  ...germanRuns,
  ...germanTasks,
};
