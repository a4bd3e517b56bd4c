'use client';

import { useEffect } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { badgeTitle } from '../context/title-badge.js';

/**
 * Puts the number of approvals that wait before the title of the page, "(2) ", and restores it afterwards. The same as
 * the provider's `titleBadge`, for hosts that switch it with a setting. Never renders again.
 *
 * @default active true
 */
export function useTitleBadge(active = true): void {
  const { hub } = useMonitorSource();
  useEffect(() => (active ? badgeTitle(hub) : undefined), [active, hub]);
}
