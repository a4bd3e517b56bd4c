'use client';

import { cardPlace, lazyPart } from '../parts/lazy-part.js';
import type { AgentActivityTimelineProps } from './AgentActivityTimeline.js';

/**
 * A lane an agent, sub-agents in a box below theirs: statuses as bands, spans as bars whose shape tells their kind, each
 * below its parent, running ones growing with the shared clock. The wheel with ctrl zooms, a drag pans, the map above
 * chooses a part; idle gaps can be compressed; the critical path and the share of cost can be shown. Only what can be seen
 * is drawn. Renders again at the cadence for progress; a lane only when something in it changes. Its code is loaded when
 * it is first shown.
 */
export const AgentActivityTimeline = lazyPart<AgentActivityTimelineProps, HTMLElement>(
  async () => (await import('./AgentActivityTimeline.js')).AgentActivityTimeline,
  cardPlace,
);
