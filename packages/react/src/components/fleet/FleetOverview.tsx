'use client';

import type { MonitorSnapshot, WorkStatus } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { cx } from '../../lib/cx.js';
import { Card } from '../parts/Card.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { FleetActivity } from './FleetActivity.js';
import { FleetMoney } from './FleetMoney.js';
import { NeedList } from './NeedList.js';
import { fleetLabels } from './fleet-labels.js';

export interface FleetOverviewProps extends ComponentPropsWithoutRef<'section'> {
  /** Status that a list beside it is filtered by. */
  readonly status?: WorkStatus | undefined;
  /** Makes the counts filters: told of the status that was chosen, or of none. */
  readonly onFilter?: ((status: WorkStatus | undefined) => void) | undefined;
  /** Asked to show a run that waits for a person. */
  readonly onOpenRun?: ((runId: string) => void) | undefined;
}

const selectHasRuns = ({ state }: MonitorSnapshot): boolean => state.runs.size > 0;

/**
 * All runs at a glance: first what waits for a person, then money (today, this month, all, the burn rate and the limit
 * that comes first), then what goes on; of a recording only what it cost and did. Amounts are of the runs that the log holds. Itself it renders again only when
 * the first run appears; each part follows its own figures.
 */
export const FleetOverview = forwardRef<HTMLElement, FleetOverviewProps>(function FleetOverview(
  { status, onFilter, onOpenRun, className, ...rest },
  ref,
) {
  const { recorded } = useMonitorSource();
  const { ready } = useConnection();
  const hasRuns = useMonitorSelector(selectHasRuns);
  const { labels } = useTexts();
  const words = labels(fleetLabels);
  return (
    <Card ref={ref} heading={words.title} loading={!ready} className={cx('fg-fleet', className)} {...rest}>
      {hasRuns ? (
        <div className="fg-fleet-parts">
          {recorded ? null : (
            <div className="fg-fleet-part" data-part="needs">
              <NeedList onOpenRun={onOpenRun} />
            </div>
          )}
          <div className="fg-fleet-part">
            <FleetMoney />
          </div>
          <div className="fg-fleet-part">
            <FleetActivity status={status} onFilter={onFilter} />
          </div>
        </div>
      ) : (
        <EmptyNote heading={words.none} hint={words.noneHint} />
      )}
    </Card>
  );
});
