/**
 * Reads trajectories in the Agent Trajectory Interchange Format.
 *
 * @packageDocumentation
 */
export { atifFormat } from './atif/format.js';
