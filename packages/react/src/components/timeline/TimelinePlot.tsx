'use client';

import type { Lane } from '@fleetglass/core/client';
import { useCallback, useMemo, useState } from 'react';
import type { CSSProperties, KeyboardEvent, ReactElement, RefObject } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { offsetsOf, useVirtualRows } from '../../lib/useVirtualRows.js';
import { COARSE_ROW, FINE_ROW } from './lane-layout.js';
import { createLaneRows } from './lane-rows.js';
import type { Paint } from './paint.js';
import { TimelineAxis } from './TimelineAxis.js';
import { TimelineBlock } from './TimelineBlock.js';
import { TimelineGrid } from './TimelineGrid.js';
import { TimelineLane } from './TimelineLane.js';
import type { LaneActions } from './TimelineLane.js';
import { presentOf } from './run-profile.js';
import { TimelineMinimap } from './TimelineMinimap.js';
import { timelineLabels } from './timeline-labels.js';
import { useCoarsePointer } from './useCoarsePointer.js';
import type { ActiveSpan } from './useLaneNavigation.js';
import { usePlotGestures } from './usePlotGestures.js';
import type { Timeline } from './useTimeline.js';

export interface TimelinePlotProps {
  readonly timeline: Timeline;
  readonly lanes: readonly Lane[];
  readonly paint: Paint;
  readonly critical: ReadonlySet<string> | undefined;
  readonly stacked: boolean;
  /** Whether it is known how much room there is: until then no lane is drawn. */
  readonly measured: boolean;
  /** What time is mapped to. */
  readonly plot: HTMLElement | null;
  readonly setPlot: (element: HTMLDivElement | null) => void;
  readonly shownSpan: ActiveSpan | undefined;
  readonly selectedSpanId: string | undefined;
  readonly tabbable: string | undefined;
  readonly actions: LaneActions;
  readonly idPrefix: string;
  readonly needle: RefObject<HTMLSpanElement | null>;
  readonly onNeedle: (share: number | undefined) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Height of the axis; the styles hold the same. */
const AXIS = 26;
/** Most that lanes take, in pixels; the styles hold the same. */
const MOST_HEIGHT = 560;
/** Lanes are drawn this many pixels beyond what can be seen. */
const MARGIN = 100;
/** Height of a name above its lane; the styles hold the same. */
const STACKED_NAME = 30;
/** Height of the line of a block, where the name stands beside its work; and of its work alone. */
const BLOCK = 44;
const BLOCK_WORK = 30;
const NOT_COLLAPSED: ReadonlySet<string> = new Set();

/** Minimap, axis and lanes. Lanes and blocks are drawn where they can be seen. */
export function TimelinePlot({
  timeline,
  lanes,
  paint,
  critical,
  stacked,
  measured,
  plot,
  setPlot,
  shownSpan,
  selectedSpanId,
  actions,
  idPrefix,
  needle,
  onNeedle,
  onKeyDown,
  tabbable = lanes[0]?.agent.id,
}: TimelinePlotProps): ReactElement {
  const { start, now, axis, scale, shown, gaps, toggleGap, actions: view } = timeline;
  const { labels } = useTexts();
  const words = labels(timelineLabels);
  const coarse = useCoarsePointer();
  const rowHeight = coarse ? COARSE_ROW : FINE_ROW;
  const [viewport, setViewport] = useState<HTMLDivElement | null>(null);
  usePlotGestures({ viewport, plot, actions: view, onNeedle });

  const [collapsed, setCollapsed] = useState(NOT_COLLAPSED);
  const toggleBlock = useCallback(
    (agentId: string) =>
      setCollapsed((last) => {
        const next = new Set(last);
        if (!next.delete(agentId)) next.add(agentId);
        return next;
      }),
    [],
  );
  const { rows, boxes } = useMemo(
    () =>
      createLaneRows(lanes, {
        collapsed,
        rowHeight,
        openHeight: stacked ? 0 : BLOCK,
        collapsedHeight: stacked ? BLOCK_WORK : BLOCK,
        above: stacked ? STACKED_NAME : 0,
      }),
    [lanes, collapsed, rowHeight, stacked],
  );
  const offsets = useMemo(() => offsetsOf(rows, ({ height }) => height), [rows]);
  const room = Math.min(MOST_HEIGHT, (offsets.at(-1) ?? 0) + AXIS);
  const { from, to } = useVirtualRows(viewport, offsets, false, MARGIN, room);
  const step = useCallback((key: string) => actions.step('', [], key), [actions]);

  return (
    <>
      <div className="fg-minimap-row fg-quiet">
        <span className="fg-axis-name">{words.wholeRun}</span>
        <TimelineMinimap lanes={lanes} axis={axis} now={presentOf(axis, now)} shown={shown} actions={view} />
      </div>
      <div
        ref={setViewport}
        className="fg-lanes fg-scroll"
        data-zoomed={shown ? '' : undefined}
        style={
          {
            '--fg-hatch': `url(#${idPrefix}hatch)`,
          } as CSSProperties
        }
        onKeyDown={onKeyDown}
      >
        <HatchPattern id={`${idPrefix}hatch`} />
        <div className="fg-axis-row fg-quiet">
          <span className="fg-axis-name">{words.agent}</span>
          <div ref={setPlot} className="fg-axis-plot">
            {measured ? (
              <TimelineAxis
                scale={scale}
                start={start}
                total={gaps.length > 0 ? now - start : 0}
                gaps={gaps}
                onToggleGap={toggleGap}
              />
            ) : null}
            <span ref={needle} className="fg-needle-time" aria-hidden="true" />
          </div>
        </div>
        <div className="fg-lane-list" style={{ blockSize: offsets.at(-1), paddingBlockStart: offsets[from] }}>
          {measured ? <TimelineGrid scale={scale} /> : null}
          {boxes.map((box) =>
            box.to >= from && box.from < to ? (
              <div
                key={box.key}
                className="fg-subs-box"
                style={
                  {
                    insetBlockStart: offsets[box.from],
                    blockSize: (offsets[box.to + 1] ?? 0) - (offsets[box.from] ?? 0),
                    '--fg-depth': Math.min(box.depth, 6),
                  } as CSSProperties
                }
              />
            ) : null,
          )}
          {(measured ? rows.slice(from, to) : []).map((row, index) => {
            if (row.kind === 'block') {
              return (
                <TimelineBlock
                  key={row.key}
                  row={row}
                  scale={scale}
                  paint={paint}
                  tabbable={tabbable === `block ${row.parent.agent.id}`}
                  onToggle={toggleBlock}
                  onStep={step}
                  onFocus={actions.focus}
                />
              );
            }
            const { lane, depth } = row;
            const isShown = shownSpan?.laneId === lane.agent.id;
            return (
              <TimelineLane
                key={row.key}
                lane={lane}
                depth={depth}
                rowHeight={rowHeight}
                scale={scale}
                paint={paint}
                critical={critical}
                active={isShown ? shownSpan.placed : undefined}
                selected={isShown && shownSpan.placed.span.id === selectedSpanId}
                tabbable={tabbable === lane.agent.id}
                optionId={`${idPrefix}${from + index}`}
                actions={actions}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}

/** What failed is hatched, so that it differs without colour too. */
function HatchPattern({ id }: { readonly id: string }): ReactElement {
  return (
    <svg className="fg-hidden" aria-hidden="true">
      <defs>
        <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className="fg-hatch-line" width="2" height="5" />
        </pattern>
      </defs>
    </svg>
  );
}
