'use client';

import type { MonitorSnapshot } from '@fleetglass/core/client';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { PartBoundary } from '../../components/parts/PartBoundary.js';
import { RunFrame } from '../../components/panel/RunFrame.js';
import { Tabs } from '../../components/parts/Tabs.js';
import { useTexts } from '../../context/monitor-context.js';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.js';
import { plainText } from '../../lib/plain-text.js';
import { useDashboard } from '../dashboard-context.js';
import { dashboardLabels } from '../dashboard-labels.js';
import { ExportMenu } from '../../export/ExportMenu.js';
import { loadPlayer } from '../lazy.js';
import { PageHeading } from '../PageHeading.js';
import { RUN_TABS } from '../run-tabs.js';
import { RunTab } from '../RunTab.js';
import type { RunTabName } from '../run-tabs.js';
import { useShownRunId } from '../usePageTitle.js';

/**
 * One run in full: its header and what it waits for above, a scrubber below, and between them its activity, tasks,
 * graph, conversation, files, logs, checkpoints and money. Only the open part is drawn. Renders again with the view.
 */
export function RunPage(): ReactElement {
  const { view, change, goTo, openRun, onPartError } = useDashboard();
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  const runId = useShownRunId();
  const name = useMonitorSelector(
    useCallback(({ live }: MonitorSnapshot) => live.runs.get(runId ?? '')?.name, [runId]),
  );
  const source = useMemo(
    () => ({ kind: 'run' as const, runId: runId ?? '', name: plainText(name ?? runId ?? '') }),
    [runId, name],
  );
  const tab = RUN_TABS.find((known) => known === view.tab) ?? 'activity';
  // A moment is one of this run: another one that starts meanwhile does not take its place.
  const onSeek = useCallback(
    (seq: number | undefined) => change(seq === undefined ? { seq } : { seq, runId }),
    [change, runId],
  );
  const body = useRef<HTMLDivElement>(null);
  const [logSeq, setLogSeq] = useState<number>();
  const showLog = useCallback(
    (seq: number) => {
      setLogSeq(seq);
      change({ tab: 'logs', selected: undefined });
    },
    [change],
  );
  const openTab = (next: RunTabName): void =>
    change({ tab: next === 'activity' ? undefined : next, query: undefined });
  return (
    <>
      <PageHeading hidden>
        {name === undefined ? words.pages.run : words.runHeading(plainText(name))}
      </PageHeading>
      <RunFrame runId={runId} data-tab={tab} onSeek={onSeek} onOpenRun={openRun} onPartError={onPartError}>
        {runId === undefined ? null : (
          <div ref={body} className="fg-run-body">
            <div className="fg-run-tools">
              <button type="button" className="fg-button" onClick={() => goTo('compare', { runId })}>
                {words.compareWith}
              </button>
              <ExportMenu source={source} printTarget={() => body.current} player={loadPlayer} />
            </div>
            <Tabs
              label={words.runTabs}
              className="fg-run-tabs"
              tabs={RUN_TABS.map((value) => ({ value, label: words.tabs[value] }))}
              value={tab}
              onChange={openTab}
            >
              <PartBoundary key={tab} onError={onPartError}>
                <RunTab runId={runId} tab={tab} logSeq={logSeq} onShowLog={showLog} />
              </PartBoundary>
            </Tabs>
          </div>
        )}
      </RunFrame>
    </>
  );
}
