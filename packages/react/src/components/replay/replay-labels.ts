import { defineLabels } from '../../labels/define-labels.js';
export interface ReplayLabels {
  readonly title: string;
  readonly position: string;
  readonly positionText: (seq: string, head: string, time: string) => string;
  readonly of: (seq: string, head: string) => string;
  readonly back: string;
  readonly forward: string;
  readonly goLive: string;
  readonly fork: string;
  readonly replaying: string;
  readonly seeking: string;
}

export const replayLabels = defineLabels<ReplayLabels>('replay', {
  title: 'Replay',
  position: 'Moment shown',
  positionText: (seq, head, time) => `Event ${seq} of ${head}, ${time}`,
  of: (seq, head) => `${seq} of ${head}`,
  back: 'One event back',
  forward: 'One event forward',
  goLive: 'Back to live',
  fork: 'Fork from here …',
  replaying: 'Replaying',
  seeking: 'Seeking …',
});
