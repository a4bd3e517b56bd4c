'use client';

import { isFinal } from '@fleetglass/core/client';
import type { CriticalPath, Lane, RunState } from '@fleetglass/core/client';
import type { AgentStatus } from '@fleetglass/core/protocol';
import { forwardRef, useCallback, useId, useMemo, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef, KeyboardEvent } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useLanes } from '../../hooks/useLanes.js';
import { useRunNow } from '../../hooks/useNow.js';
import { cx } from '../../lib/cx.js';
import { useLatest } from '../../lib/useLatest.js';
import { Card } from '../parts/Card.js';
import { EmptyNote } from '../parts/EmptyNote.js';
import { lazyPart } from '../parts/lazy-part.js';
import { laneName } from './lane-name.js';
import { LOOKS, sumFacts, topCost } from './paint.js';
import type { BarLook, Paint } from './paint.js';
import type { PathFinderProps } from './PathFinder.js';
import { rawX, timeAt } from './time-scale.js';
import { TimelineDetails } from './TimelineDetails.js';
import { TimelineLegend } from './TimelineLegend.js';
import { TimelinePlot } from './TimelinePlot.js';
import type { TimelineTableProps } from './TimelineTable.js';
import { TimelineToolbar, ZOOM_STEP } from './TimelineToolbar.js';
import type { TimelineModes } from './TimelineToolbar.js';
import { timelineLabels } from './timeline-labels.js';
import { TimelineNow } from './timeline-now.js';
import { useLaneNavigation } from './useLaneNavigation.js';
import type { ActiveSpan } from './useLaneNavigation.js';
import { useMeasured } from './useMeasured.js';
import { useTimeline } from './useTimeline.js';

export interface AgentActivityTimelineProps extends Omit<ComponentPropsWithoutRef<'section'>, 'onSelect'> {
  /** Run whose agents are shown; with `lanes`, the run that they belong to, if the monitor has it. */
  readonly runId: string;
  /** Lanes of the host's own in place of the run's, for example made by `createLanes`; any number of spans. */
  readonly lanes?: readonly Lane[] | undefined;
  /** Id of the span that stays marked. */
  readonly selectedSpanId?: string | undefined;
  readonly onSelectSpan?: ((spanId: string | undefined) => void) | undefined;
}

const PathFinder = lazyPart<PathFinderProps>(
  async () => (await import('./PathFinder.js')).PathFinder,
  (content, _props, failed) => failed && content,
);
const TimelineTable = lazyPart<TimelineTableProps>(
  async () => (await import('./TimelineTable.js')).TimelineTable,
  (content) => content,
);

/** The present moves in steps, so that lanes at rest in between are not drawn again. */
const STEP_MS = 250;

const select = ({ status, startedAt, createdAt, endedAt, lastEventAt, source, forgotten }: RunState) => ({
  status,
  startedAt,
  createdAt,
  endedAt,
  lastEventAt: isFinal(status) ? lastEventAt : Math.ceil(lastEventAt / STEP_MS) * STEP_MS,
  source,
  forgottenSpans: forgotten.spans,
});

/** Where nothing is laid out. */
const WIDTH_OTHERWISE = 800;
/** From this width on, in pixels, an agent's name stands beside its lane and not above it. */
const BESIDE_FROM = 480;
const BANDS: readonly AgentStatus[] = ['active', 'waiting'];
const HEAT: readonly BarLook[] = ['low', 'unpriced', 'half', 'most'];
const NO_MODES: TimelineModes = { critical: false, heat: false, table: false };

/**
 * A lane an agent, sub-agents in a box below theirs: statuses as bands, spans as bars whose shape tells their kind, each
 * below its parent, running ones growing with the shared clock. The wheel with ctrl zooms, a drag pans, the map above
 * chooses a part; idle gaps can be compressed; the critical path and the share of cost can be shown. Only what can be seen
 * is drawn. Renders again at the cadence for progress; a lane only when something in it changes.
 */
export const AgentActivityTimeline = forwardRef<HTMLElement, AgentActivityTimelineProps>(
  function AgentActivityTimeline(
    { runId, lanes: given, selectedSpanId, onSelectSpan, className, ...rest },
    ref,
  ) {
    const { cadence } = useMonitorSource();
    const { ready } = useConnection();
    const run = useRunPart(runId, select, cadence.progress);
    const own = useLanes(runId, given === undefined);
    const lanes = given ?? own;
    const runNow = useRunNow(run);
    const { labels, format } = useTexts();
    const words = labels(timelineLabels);
    const { ref: setCard, element: card, width: cardWidth } = useMeasured<HTMLElement>(WIDTH_OTHERWISE);
    const { ref: setPlot, element: plot, width: plotWidth } = useMeasured<HTMLDivElement>(WIDTH_OTHERWISE);
    const width = plotWidth ?? WIDTH_OTHERWISE;
    const stacked = cardWidth !== undefined && cardWidth < BESIDE_FROM;
    const titleId = useId();
    const [modes, setModes] = useState(NO_MODES);
    const toggle = useCallback(
      (mode: keyof TimelineModes) => setModes((last) => ({ ...last, [mode]: !last[mode] })),
      [],
    );

    const facts = useMemo(() => sumFacts(lanes), [lanes]);
    const timeline = useTimeline({ run, runNow, lanes, width, running: facts.running });
    const { start, now, scale, shown, actions: view } = timeline;
    const [critical, setCritical] = useState<CriticalPath>();
    const top = useMemo(() => (modes.heat ? topCost(lanes) : 0), [modes.heat, lanes]);
    const paint = useMemo<Paint>(() => (modes.heat ? { top } : 'kind'), [modes.heat, top]);
    const { active, tabbable, actions } = useLaneNavigation(lanes, now, view, onSelectSpan);
    const shownId = active?.placed.span.id ?? selectedSpanId;
    const shownSpan = useMemo(
      () => findSpan(lanes, shownId, active?.laneId),
      [lanes, shownId, active?.laneId],
    );
    const bandBits = useMemo(() => bandsIn(lanes), [lanes]);
    const bands = useMemo(() => BANDS.filter((_, place) => bandBits & (1 << place)), [bandBits]);
    const looks = useMemo(() => LOOKS.filter((_, place) => facts.looks & (1 << place)), [facts.looks]);
    const shownLane = shownSpan && lanes.find(({ agent }) => agent.id === shownSpan.laneId);
    const earlier = useMemo(
      () => lanes.filter(({ spans }) => (spans[0]?.span.startedAt ?? start) < start).length,
      [lanes, start],
    );

    const needle = useRef<HTMLSpanElement>(null);
    const onNeedle = useCallback(
      (share: number | undefined): void => {
        // Follows the pointer without a render.
        if (!card) return;
        card.toggleAttribute('data-needle', share !== undefined);
        if (share === undefined) return;
        const time = timeAt(scale, share * scale.width);
        const place = (scale.from + share * (scale.to - scale.from)) / scale.axis.length;
        card.style.setProperty('--fg-needle', `${share * scale.width}px`);
        card.style.setProperty('--fg-needle-map', `${place * 100}%`);
        if (needle.current) needle.current.textContent = format.axisDuration(time - start, scale.stepMs / 20);
      },
      [card, scale, start, format],
    );
    const setRef = useCallback(
      (element: HTMLElement | null): void => {
        setCard(element);
        if (typeof ref === 'function') ref(element);
        else if (ref) ref.current = element;
      },
      [ref, setCard],
    );
    /** Around the span that is looked at, while it is in view. */
    const zoom = (factor: number): void => {
      const span = shownSpan?.placed.span;
      const middle = span ? rawX(scale, (span.startedAt + (span.endedAt ?? now)) / 2) / scale.width : 0.5;
      view.zoom(factor, middle >= 0 && middle <= 1 ? middle : 0.5);
    };
    const latestZoom = useLatest(zoom);
    const onZoom = useCallback((factor: number) => latestZoom.current(factor), [latestZoom]);
    const onFit = useCallback(() => view.show(), [view]);
    const press = (event: KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const pan = event.shiftKey && { ArrowLeft: -0.1, ArrowRight: 0.1 }[event.key];
      if (pan) view.pan(pan);
      else if (event.key === '+' || event.key === '=') zoom(ZOOM_STEP);
      else if (event.key === '-') zoom(1 / ZOOM_STEP);
      else if (event.key === '0') view.show();
      else return;
      event.preventDefault();
    };

    const duration = (time: number): string => format.axisDuration(time - start, scale.stepMs);
    const path = modes.critical ? critical : undefined;
    const hasLanes = lanes.length > 0;
    return (
      <Card
        ref={setRef}
        className={cx('fg-timeline', className)}
        heading={words.title}
        loading={!ready && given === undefined}
        note={
          hasLanes
            ? shown
              ? words.visible(duration(timeAt(scale, 0)), duration(timeAt(scale, scale.width)))
              : words.lanes(format.count(facts.agents), format.count(facts.spans))
            : undefined
        }
        tools={
          hasLanes ? (
            <TimelineToolbar modes={modes} onToggle={toggle} onZoom={onZoom} onFit={onFit} isWhole={!shown} />
          ) : undefined
        }
        data-stacked={stacked || undefined}
        {...rest}
      >
        {hasLanes ? (
          <TimelineNow.Provider value={now}>
            <p className="fg-hidden">
              {words.summary(
                format.count(facts.agents),
                format.count(facts.spans),
                format.count(facts.failed),
                format.duration(now - start),
              )}
            </p>
            {modes.critical ? (
              <PathFinder runId={runId} lanes={given} now={now} onFind={setCritical} />
            ) : null}
            {modes.table ? (
              <TimelineTable
                lanes={lanes}
                start={start}
                now={now}
                title={words.title}
                selectedSpanId={selectedSpanId}
              />
            ) : (
              <TimelinePlot
                timeline={timeline}
                lanes={lanes}
                paint={paint}
                critical={path?.spanIds}
                stacked={stacked}
                measured={cardWidth !== undefined && plotWidth !== undefined}
                plot={plot}
                setPlot={setPlot}
                shownSpan={shownSpan}
                selectedSpanId={selectedSpanId}
                tabbable={tabbable}
                actions={actions}
                idPrefix={titleId}
                needle={needle}
                onNeedle={onNeedle}
                onKeyDown={press}
              />
            )}
            {path || modes.heat ? (
              <div className="fg-timeline-says" role="status">
                {path ? (
                  <p>
                    {words.pathIs(
                      format.count(path.spanIds.size),
                      format.preciseDuration(path.activeMs),
                      format.preciseDuration(now - start),
                    )}
                  </p>
                ) : null}
                {modes.heat ? <p>{top > 0 ? words.heatIs(format.money(top)) : words.heatNothing}</p> : null}
              </div>
            ) : null}
            {modes.table ? null : (
              <>
                <TimelineDetails
                  placed={shownSpan?.placed}
                  agentName={shownLane ? laneName(shownLane.agent, words) : ''}
                  start={start}
                  now={now}
                  top={modes.heat ? top : undefined}
                  onPath={shownSpan !== undefined && path?.spanIds.has(shownSpan.placed.span.id) === true}
                />
                <TimelineLegend looks={modes.heat ? HEAT : looks} bands={bands} />
              </>
            )}
            {earlier > 0 ? (
              <p className="fg-truncated fg-quiet">{words.earlier(format.count(earlier))}</p>
            ) : null}
          </TimelineNow.Provider>
        ) : (
          <EmptyNote heading={words.empty} hint={words.emptyHint} />
        )}
        {run && run.forgottenSpans > 0 ? (
          <p className="fg-truncated fg-quiet">{words.forgotten(format.count(run.forgottenSpans))}</p>
        ) : null}
      </Card>
    );
  },
);

function findSpan(
  lanes: readonly Lane[],
  spanId: string | undefined,
  laneId?: string,
): ActiveSpan | undefined {
  if (spanId === undefined) return undefined;
  for (const lane of lanes) {
    if (laneId !== undefined && lane.agent.id !== laneId) continue;
    const placed = lane.spans.find(({ span }) => span.id === spanId);
    if (placed) return { laneId: lane.agent.id, placed };
  }
  return undefined;
}

/** A bit for each of {@link BANDS} that some lane had. */
function bandsIn(lanes: readonly Lane[]): number {
  const had = (status: AgentStatus): boolean =>
    lanes.some(({ segments }) => segments.some((one) => one.status === status));
  return BANDS.reduce((bits, status, place) => (had(status) ? bits | (1 << place) : bits), 0);
}
