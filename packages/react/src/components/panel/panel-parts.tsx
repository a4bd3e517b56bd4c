'use client';

import type { AgentTableProps } from '../agents/AgentTable.js';
import { ApprovalCard } from '../approvals/ApprovalCard.js';
import type { ActivityFeedProps } from '../feed/ActivityFeed.js';
import { cardPlace, lazyPart } from '../parts/lazy-part.js';
import type { ReplayBarProps } from '../replay/ReplayBar.js';
import { AgentActivityTimeline } from '../timeline/timeline-part.js';

/*
 * What the panel shows below its figures, and the scrubber. There is nothing in it before the run has arrived, so its code is on its way
 * beside the run.
 */
export const AgentTable = lazyPart<AgentTableProps, HTMLElement>(
  async () => (await import('../agents/AgentTable.js')).AgentTable,
  cardPlace,
);
export const ActivityFeed = lazyPart<ActivityFeedProps, HTMLElement>(
  async () => (await import('../feed/ActivityFeed.js')).ActivityFeed,
  cardPlace,
);
export const ReplayBar = lazyPart<ReplayBarProps, HTMLDivElement>(
  async () => (await import('../replay/ReplayBar.js')).ReplayBar,
  (content, _, failed) => <div className="fg-replay">{failed ? content : null}</div>,
);
export { AgentActivityTimeline };

/** Loads all of them. */
export const preloadPanelParts = async (): Promise<void> => {
  await Promise.all(
    [AgentActivityTimeline, AgentTable, ActivityFeed, ApprovalCard, ReplayBar].map((part) => part.preload()),
  );
};
