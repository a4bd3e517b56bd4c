import { NO_AGENT } from '@fleetglass/core/client';
import type { AgentState } from '@fleetglass/core/client';
import { brief } from './brief.js';
import type { TimelineLabels } from './timeline-labels.js';

/** Name of a lane: its agent's, or in words that there is none. */
export const laneName = ({ id, name }: AgentState, words: TimelineLabels): string =>
  id === NO_AGENT ? words.noAgent : brief(name);
