'use client';

import { isFinal } from '@fleetglass/core/client';
import type { Lane, RunState } from '@fleetglass/core/client';
import type { AgentStatus } from '@fleetglass/core/protocol';
import { forwardRef, useId, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef, CSSProperties, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useLanes } from '../../hooks/useLanes.js';
import { useRunNow } from '../../hooks/useNow.js';
import { cx } from '../../lib/cx.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { useWidth } from '../../lib/useWidth.js';
import { laneHeight, lookOf, rowCountOf } from './lane-layout.js';
import type { BarLook } from './lane-layout.js';
import { createTimeScale, xOf } from './time-scale.js';
import type { TimeScale } from './time-scale.js';
import { TimelineAxis } from './TimelineAxis.js';
import { TimelineDetails } from './TimelineDetails.js';
import { TimelineLane } from './TimelineLane.js';
import { TimelineLegend } from './TimelineLegend.js';
import { useLaneNavigation } from './useLaneNavigation.js';
import type { ActiveSpan } from './useLaneNavigation.js';
import { timelineLabels } from './timeline-labels.js';

export interface AgentActivityTimelineProps extends Omit<ComponentPropsWithoutRef<'section'>, 'onSelect'> {
  readonly runId: string;
  /** Id of the span that stays marked. */
  readonly selectedSpanId?: string | undefined;
  readonly onSelectSpan?: ((spanId: string | undefined) => void) | undefined;
}

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

/** Lanes above this number are drawn only where they can be seen. */
const VIRTUAL_ABOVE = 100;
const WIDTH_BEFORE_MEASURING = 800;
/** From this width on, in pixels, an agent's name stands beside its lane and not above it. */
const BESIDE_FROM = 480;
/** Height of a name above its lane, and of the line between lanes; the styles hold the same. */
const STACKED_NAME = 30;
const LANE_BORDER = 1;
const BANDS: readonly AgentStatus[] = ['active', 'waiting'];
const LOOKS: readonly BarLook[] = ['model', 'tool', 'mcp', 'retrieval', 'handoff', 'custom', 'failed'];

/**
 * A lane an agent: its statuses as bands, its spans as bars whose shape tells their kind, running ones growing with
 * the shared clock. Renders again at the cadence for progress; a lane only when something in it changes.
 */
export const AgentActivityTimeline = forwardRef<HTMLElement, AgentActivityTimelineProps>(
  function AgentActivityTimeline({ runId, selectedSpanId, onSelectSpan, className, ...rest }, ref) {
    const { cadence } = useMonitorSource();
    const run = useRunPart(runId, select, cadence.progress);
    const lanes = useLanes(runId);
    const now = useRunNow(run);
    const { labels, format } = useTexts();
    // State and not a ref: the lanes inside are drawn before a ref to what surrounds them is set.
    const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
    const [plot, setPlot] = useState<HTMLDivElement | null>(null);
    const width = useWidth(plot, WIDTH_BEFORE_MEASURING);
    const stacked = useWidth(viewport, WIDTH_BEFORE_MEASURING) < BESIDE_FROM;
    const titleId = useId();
    const hatchId = useId();
    const start = run ? (run.startedAt ?? run.createdAt) : 0;
    const open = run !== undefined && run.endedAt === undefined && run.source === undefined;
    const scale = useStableScale(start, now, width, open);
    const looks = useMemo(() => looksIn(lanes), [lanes]);
    const bands = useMemo(() => bandsIn(lanes), [lanes]);
    const { active, tabbable, actions } = useLaneNavigation(lanes, onSelectSpan);
    const words = labels(timelineLabels);

    const selected = useMemo(
      () => (selectedSpanId === undefined ? undefined : findSpan(lanes, selectedSpanId)),
      [lanes, selectedSpanId],
    );
    const shown = active ?? selected;
    const shownSpan = shown && findSpan(lanes, shown.placed.span.id)?.placed;
    const shownAgent = lanes.find((lane) => lane.agent.id === shown?.laneId)?.agent.name ?? '';

    const laneProps = (lane: Lane, index: number) => ({
      lane,
      scale,
      now: isRunning(lane) ? now : scale.end,
      active: shown?.laneId === lane.agent.id ? shownSpan : undefined,
      selected: selected?.laneId === lane.agent.id && shownSpan?.span.id === selectedSpanId,
      tabbable: tabbable === undefined ? index === 0 : tabbable === lane.agent.id,
      optionId: `${titleId}${index}`,
      actions,
    });

    return (
      <section
        ref={ref}
        className={cx('fg-card fg-timeline', className)}
        aria-labelledby={titleId}
        data-stacked={stacked || undefined}
        {...rest}
      >
        <div className="fg-card-head">
          <h3 className="fg-card-title" id={titleId}>
            {words.title}
          </h3>
          <span className="fg-card-note">{words.lanes(format.count(lanes.length))}</span>
          <TimelineLegend looks={looks} bands={bands} />
        </div>
        {lanes.length === 0 ? (
          <div className="fg-empty">
            <p className="fg-empty-title">{words.empty}</p>
            <p>{words.emptyHint}</p>
          </div>
        ) : (
          <div
            ref={setViewport}
            className="fg-lanes fg-scroll"
            style={{ '--fg-now': `${xOf(scale, now)}px`, '--fg-hatch': `url(#${hatchId})` } as CSSProperties}
          >
            <HatchPattern id={hatchId} />
            <div className="fg-axis-row">
              <span className="fg-axis-name">{words.agent}</span>
              <div ref={setPlot} className="fg-axis-plot">
                <TimelineAxis scale={scale} />
              </div>
            </div>
            {lanes.length > VIRTUAL_ABOVE ? (
              <VirtualLanes
                lanes={lanes}
                laneProps={laneProps}
                viewport={viewport}
                scale={scale}
                stacked={stacked}
              />
            ) : (
              <div className="fg-lane-list">
                <GridLines scale={scale} />
                {lanes.map((lane, index) => (
                  <TimelineLane key={lane.agent.key} {...laneProps(lane, index)} />
                ))}
              </div>
            )}
          </div>
        )}
        {lanes.length === 0 ? null : (
          <TimelineDetails placed={shownSpan} agentName={shownAgent} start={start} now={now} />
        )}
        {run && run.forgottenSpans > 0 ? (
          <p className="fg-truncated">{words.forgotten(format.count(run.forgottenSpans))}</p>
        ) : null}
      </section>
    );
  },
);

/** What failed is hatched, so that it differs without colour too. */
function HatchPattern({ id }: { readonly id: string }): ReactElement {
  return (
    <svg className="fg-hidden" aria-hidden="true">
      <defs>
        <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className="fg-hatch-line" width="3" height="5" />
        </pattern>
      </defs>
    </svg>
  );
}

function GridLines({ scale }: { readonly scale: TimeScale }): ReactElement {
  return (
    <div className="fg-grid" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <span key={tick} className="fg-grid-line" style={{ insetInlineStart: xOf(scale, tick) }} />
      ))}
      <span className="fg-grid-now" />
    </div>
  );
}

interface VirtualLanesProps {
  readonly lanes: readonly Lane[];
  readonly laneProps: (lane: Lane, index: number) => Parameters<typeof TimelineLane>[0];
  readonly viewport: HTMLDivElement | null;
  readonly scale: TimeScale;
  readonly stacked: boolean;
}

function VirtualLanes({ lanes, laneProps, viewport, scale, stacked }: VirtualLanesProps): ReactElement {
  const offsets = useMemo(
    () =>
      offsetsOf(lanes, (lane) => laneHeight(rowCountOf(lane)) + (stacked ? STACKED_NAME : 0) + LANE_BORDER),
    [lanes, stacked],
  );
  const { from, to } = useVirtualRows(viewport, offsets);
  return (
    <div className="fg-lane-list" style={{ blockSize: offsets.at(-1), paddingBlockStart: offsets[from] }}>
      <GridLines scale={scale} />
      {lanes.slice(from, to).map((lane, index) => (
        <TimelineLane key={lane.agent.key} {...laneProps(lane, from + index)} />
      ))}
    </div>
  );
}

/** The scale changes its identity only when it really changes, so that lanes at rest are not drawn again. */
function useStableScale(start: number, now: number, width: number, open: boolean): TimeScale {
  const { end, stepMs } = createTimeScale(start, now, width, open);
  return useMemo(() => {
    const ticks: number[] = [];
    for (let tick = start; tick <= end; tick += stepMs) ticks.push(tick);
    return { start, end, width, stepMs, ticks };
  }, [start, end, width, stepMs]);
}

function findSpan(lanes: readonly Lane[], spanId: string): ActiveSpan | undefined {
  for (const lane of lanes) {
    const placed = lane.spans.find(({ span }) => span.id === spanId);
    if (placed) return { laneId: lane.agent.id, placed };
  }
  return undefined;
}

const isRunning = (lane: Lane): boolean =>
  lane.agent.status === 'active' ||
  lane.agent.status === 'waiting' ||
  lane.spans.some(({ span }) => span.endedAt === undefined);

function looksIn(lanes: readonly Lane[]): readonly BarLook[] {
  const found = new Set<BarLook>();
  for (const lane of lanes) for (const { span } of lane.spans) found.add(lookOf(span));
  return LOOKS.filter((look) => found.has(look));
}

/** Statuses that a lane shows as a band, and that some lane had. */
function bandsIn(lanes: readonly Lane[]): readonly AgentStatus[] {
  return BANDS.filter((status) =>
    lanes.some(({ segments }) => segments.some((one) => one.status === status)),
  );
}
