/**
 * Reads recordings on as they grow.
 *
 * @packageDocumentation
 */
export { followRecordings } from './follow/follow-recordings.js';
export type { Follower, FollowOptions } from './follow/follow-recordings.js';
