/** Parts of a run's page, in their order. */
export const RUN_TABS = [
  'activity',
  'tasks',
  'graph',
  'conversation',
  'files',
  'logs',
  'checkpoints',
  'money',
] as const;
export type RunTabName = (typeof RUN_TABS)[number];
