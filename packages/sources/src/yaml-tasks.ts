/**
 * Reads and watches folders of YAML tasks, and hands tasks over to agents.
 *
 * @packageDocumentation
 */
export { createYamlTasks } from './yaml-tasks/tasks.js';
export type { TaskFileText, YamlTasks, YamlTasksOptions } from './yaml-tasks/tasks.js';
export { watchYamlTasks } from './yaml-tasks/watch.js';
export type { WatchYamlTasksOptions } from './yaml-tasks/watch.js';
