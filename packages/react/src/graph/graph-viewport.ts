import type { RunGraph } from '@fleetglass/core/client';
import { layoutGraph } from './graph-layout.js';
import type { GraphLayout } from './graph-layout.js';

/** Room around the whole picture, in pixels. */
const PADDING = 16;

/** How much a layout has to shrink to be seen whole. */
export function fitScale(
  { width, height }: Pick<GraphLayout, 'width' | 'height'>,
  room: number,
  most: number,
): number {
  return Math.min(1, (room - 2 * PADDING) / width, (most - 2 * PADDING) / height);
}

/** Below this scale, words cannot be read. */
const READABLE = 0.72;
export const MOST_HEIGHT = 640;

/** Across where that can be read in this width, else whichever way is larger. */
export function layoutFor(graph: RunGraph, room: number, rightToLeft: boolean): GraphLayout {
  const across = layoutGraph(graph, rightToLeft ? 'left' : 'right');
  const scale = fitScale(across, room, MOST_HEIGHT);
  if (scale >= READABLE) return across;
  const down = layoutGraph(graph, 'down');
  return fitScale(down, room, MOST_HEIGHT * 1.25) > scale ? down : across;
}

export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** At this scale a large graph is shown at first, from its beginning; a smaller one says nothing. */
const LEAST_SCALE = 0.45;

/** What the reader sees first: all of it, where that can be read. */
function firstScale(drawn: GraphLayout, room: number): number {
  const most = drawn.direction === 'down' ? MOST_HEIGHT * 1.25 : MOST_HEIGHT;
  return Math.max(LEAST_SCALE, fitScale(drawn, room, most));
}

/** Height of a canvas for the whole layout, or for as much of it as a screen holds. */
export function canvasHeight(drawn: GraphLayout, room: number): number {
  const wanted = drawn.height * firstScale(drawn, room) + 2 * PADDING;
  return Math.round(Math.min(MOST_HEIGHT * 1.25, Math.max(120, wanted)));
}

/** Where the layout is seen at first: all of it in the middle, or a large one from its beginning. */
export function firstViewport(drawn: GraphLayout, room: number): Viewport {
  return placedViewport(drawn, room, firstScale(drawn, room));
}

/** Where all of the layout is seen, however small. */
export function wholeViewport(drawn: GraphLayout, room: number): Viewport {
  return placedViewport(drawn, room, Math.max(MIN_ZOOM, fitScale(drawn, room, canvasHeight(drawn, room))));
}

function placedViewport(drawn: GraphLayout, room: number, zoom: number): Viewport {
  const [first] = drawn.nodes;
  const along = (size: number, space: number, start: number): number =>
    size * zoom + 2 * PADDING <= space
      ? (space - size * zoom) / 2
      : Math.min(PADDING, Math.max(space - size * zoom - PADDING, space / 2 - start * zoom));
  return {
    x: along(drawn.width, room, first ? first.x + first.width / 2 : 0),
    y: along(drawn.height, canvasHeight(drawn, room), first ? first.y + first.height / 2 : 0),
    zoom,
  };
}

export const MIN_ZOOM = 0.02;
export const MAX_ZOOM = 2;

/** Zooms by a factor about the middle of the canvas. */
export function zoomed({ x, y, zoom }: Viewport, factor: number, width: number, height: number): Viewport {
  const next = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom * factor));
  const [cx, cy] = [width / 2, height / 2];
  return { x: cx - ((cx - x) / zoom) * next, y: cy - ((cy - y) / zoom) * next, zoom: next };
}
