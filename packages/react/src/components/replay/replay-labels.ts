import type { MomentKind } from '@fleetglass/core/client';
import { defineLabels } from '../../labels/define-labels.js';

export interface ReplayLabels {
  readonly title: string;
  readonly position: string;
  readonly positionText: (seq: string, head: string, time: string) => string;
  readonly of: (seq: string, head: string) => string;
  readonly play: string;
  readonly pause: string;
  /** Of the button that stops at the moment before; `moment` is empty where there is none. */
  readonly back: (moment: string) => string;
  readonly forward: (moment: string) => string;
  readonly moment: (kind: string, subject: string) => string;
  readonly kinds: { readonly [K in MomentKind]: string };
  readonly pace: string;
  readonly paceTime: string;
  readonly paceEvents: string;
  readonly goLive: string;
  /** Instead of back to live, where everything is over. */
  readonly goToEnd: string;
  readonly fork: string;
  readonly replaying: string;
  readonly seeking: string;
  readonly behind: (time: string) => string;
}

export const replayLabels = defineLabels<ReplayLabels>('replay', {
  title: 'Replay',
  position: 'Moment shown',
  positionText: (seq, head, time) => `Event ${seq} of ${head}, ${time}`,
  of: (seq, head) => `${seq} of ${head}`,
  play: 'Play',
  pause: 'Pause',
  back: (moment) => (moment === '' ? 'Nothing before this' : `Back to ${moment}`),
  forward: (moment) => (moment === '' ? 'Nothing after this' : `On to ${moment}`),
  moment: (kind, subject) => (subject === '' ? kind : `${kind}: ${subject}`),
  kinds: {
    run: 'change of the run',
    task: 'end of a task',
    failure: 'failure',
    decision: 'decision',
    budget: 'budget',
    checkpoint: 'checkpoint',
    alert: 'alert',
  },
  pace: 'Pace: time without idle gaps, or event by event',
  paceTime: 'By time',
  paceEvents: 'By events',
  goLive: 'Back to live',
  goToEnd: 'To the end',
  fork: 'Fork from here …',
  replaying: 'Replaying',
  seeking: 'Seeking …',
  behind: (time) => `${time} behind`,
});
