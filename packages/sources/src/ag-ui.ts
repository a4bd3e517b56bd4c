/**
 * Reads and writes AG-UI 1.0 events, and shows a live stream of them while handing it on.
 *
 * @packageDocumentation
 */
export type { AgUiEvent } from './ag-ui/event.js';
export { agUiFormat } from './ag-ui/format.js';
export { watchAgUi } from './ag-ui/watch.js';
export type { WatchAgUiOptions } from './ag-ui/watch.js';
export { createAgUiWriter, toAgUi } from './ag-ui/write-events.js';
export type { AgUiWriter, ToAgUiOptions } from './ag-ui/write-events.js';
