import type { GraphEdge, GraphNode, RunGraph } from '@fleetglass/core/client';
import { layerGraph } from './layered/layer-graph.js';
import type { LayerNode, LayerPlace } from './layered/layer-graph.js';

/** Where a graph grows to. */
export type GraphDirection = 'right' | 'left' | 'down';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedNode extends Box {
  readonly node: GraphNode;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** Of an SVG path. */
  readonly path: string;
  readonly arrow: string;
  readonly label: { readonly x: number; readonly y: number };
}

export interface PlacedGroup extends Box {
  readonly name: string;
}

export interface GraphLayout {
  readonly direction: GraphDirection;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly groups: readonly PlacedGroup[];
  readonly width: number;
  readonly height: number;
  /** Nodes beyond {@link MOST_DRAWN}, which are only listed. */
  readonly omitted: number;
}

/** Nodes that are drawn; nobody can read more of them at once. */
export const MOST_DRAWN = 300;

/** Sizes in pixels; the styles hold the same. */
const NODE = { width: 200, height: 80 };
const END = { width: 64, height: 32 };
const LABEL = { width: 32, height: 18 };
const MARGIN = 8;
const GROUP_MARGIN = 14;
/** Between the loops that lead back, and to the nodes beside them. */
const LANE = 22;
/** An edge leaves and reaches a node straight on for so long. */
const STUB = 14;
const HEAD = 6;

/** Between ranks there is room for a count of how often an edge was taken. */
const ACROSS = { rank: 52, frame: 12, node: 24, edge: 18, group: [26, 14] } as const;
const DOWN = { rank: 40, frame: 20, node: 28, edge: 18, group: [14, 14] } as const;

type Point = readonly [x: number, y: number];

/**
 * Places a graph: the same picture for the same graph. Edges that lead back run beside it, so that they move nothing.
 * Of more than 300 nodes the first ones are drawn, as one comes to them from the beginning.
 */
export function layoutGraph(graph: RunGraph, direction: GraphDirection): GraphLayout {
  const drawn = drawnNodes(graph);
  const ids = new Set(drawn.map(({ id }) => id));
  const edges = graph.edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const across = direction !== 'down';
  const forward = edges.filter((edge) => !isLoop(edge));
  const { nodes, routes } = layerGraph(
    drawn.map((node) => layerNode(node, across)),
    forward,
    across ? ACROSS : DOWN,
  );
  const boxes = new Map(drawn.map((node) => [node.id, boxOf(node, nodes.get(node.id), across)]));
  const groups = groupBoxes(drawn, boxes);
  const solid = [...boxes.values(), ...groups];
  const loops = [...edges.filter(isLoop), ...forward.filter((_, at) => routes[at] === undefined)];
  const placed = [
    ...forward.flatMap((edge, at) => {
      const route = routes[at];
      return route ? [placeForward(edge, boxes, route, across)] : [];
    }),
    ...placeLoops(loops, boxes, solid, across),
  ];
  return frame({
    direction,
    nodes: drawn,
    boxes,
    groups,
    edges: placed,
    omitted: graph.nodes.length - drawn.length,
  });
}

const isLoop = ({ back, from, to }: GraphEdge): boolean => back || from === to;

/** All nodes, or the first ones that one comes to. */
function drawnNodes({ nodes, edges }: RunGraph): readonly GraphNode[] {
  if (nodes.length <= MOST_DRAWN) return nodes;
  const leaving = new Map<string, string[]>();
  for (const { from, to } of edges) leaving.set(from, [...(leaving.get(from) ?? []), to]);
  const chosen = new Set<string>();
  for (const { id } of nodes) {
    const open = [id];
    for (const next of open) {
      if (chosen.size >= MOST_DRAWN) break;
      if (chosen.has(next)) continue;
      chosen.add(next);
      open.push(...(leaving.get(next) ?? []));
    }
  }
  return nodes.filter(({ id }) => chosen.has(id));
}

const sizeOf = ({ kind }: GraphNode): Pick<Box, 'width' | 'height'> => (kind === 'node' ? NODE : END);

function layerNode(node: GraphNode, across: boolean): LayerNode {
  const { width, height } = sizeOf(node);
  const [length, breadth] = across ? [width, height] : [height, width];
  return { id: node.id, length, breadth, group: node.group };
}

/** A place of the layers on the page. */
const pointAt = (place: LayerPlace, across: boolean): Point =>
  across ? [place.along, place.across] : [place.across, place.along];

function boxOf(node: GraphNode, place: LayerPlace = { along: 0, across: 0 }, across: boolean): Box {
  const { width, height } = sizeOf(node);
  const [x, y] = pointAt(place, across);
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function groupBoxes(nodes: readonly GraphNode[], boxes: ReadonlyMap<string, Box>): PlacedGroup[] {
  const members = new Map<string, Box[]>();
  for (const { id, group } of nodes) {
    const box = boxes.get(id);
    if (group === undefined || !box) continue;
    members.set(group, [...(members.get(group) ?? []), box]);
  }
  return [...members].map(([name, inner]) => {
    const x = Math.min(...inner.map((box) => box.x)) - GROUP_MARGIN;
    // The name stands above.
    const y = Math.min(...inner.map((box) => box.y)) - GROUP_MARGIN - 12;
    const right = Math.max(...inner.map((box) => box.x + box.width)) + GROUP_MARGIN;
    const bottom = Math.max(...inner.map((box) => box.y + box.height)) + GROUP_MARGIN;
    return { name, x, y, width: right - x, height: bottom - y };
  });
}

interface Drawn {
  readonly edge: GraphEdge;
  readonly line: readonly Point[];
  readonly label: Point;
  /** The way that its head points. */
  readonly heading: Point;
  /** Its corners are rounded rather than swung through. */
  readonly angular: boolean;
}

const middleOf = ({ x, y, width, height }: Box): Point => [x + width / 2, y + height / 2];

function placeForward(
  edge: GraphEdge,
  boxes: ReadonlyMap<string, Box>,
  route: readonly LayerPlace[],
  across: boolean,
): Drawn {
  const [source, target] = [boxes.get(edge.from) as Box, boxes.get(edge.to) as Box];
  const [sx, sy] = middleOf(source);
  const [tx, ty] = middleOf(target);
  const start: Point = across ? [source.x + source.width, sy] : [sx, source.y + source.height];
  const end: Point = across ? [target.x, ty] : [tx, target.y];
  const heading: Point = across ? [1, 0] : [0, 1];
  const along = ([x, y]: Point, by: number): Point => [x + heading[0] * by, y + heading[1] * by];
  const inner = route.map((place) => pointAt(place, across));
  const line = [start, along(start, STUB), ...inner, along(end, -STUB), end];
  return { edge, line, label: labelPlace(line, across), heading, angular: false };
}

/** In the middle of a line; where that swings, nearer to its end, so that the words of lines that cross are apart. */
function labelPlace(line: readonly Point[], across: boolean): Point {
  // Of a long line, where it passes a rank: it has four points there.
  const passed = 3 + 4 * Math.floor((line.length - 4) / 8);
  const [start, pull, end] = [line[0] as Point, line.at(-2) as Point, line.at(-1) as Point];
  const middle = between(
    line[line.length > 4 ? passed : 1] as Point,
    line[line.length > 4 ? passed + 1 : 2] as Point,
  );
  const side = across ? 1 : 0;
  if (line.length > 4 || Math.abs(end[side] - start[side]) < NODE.height / 2) return middle;
  const share = 0.2;
  const mix = (axis: 0 | 1): number =>
    (1 - share) ** 2 * middle[axis] + 2 * share * (1 - share) * pull[axis] + share ** 2 * end[axis];
  return [mix(0), mix(1)];
}

/** Loops leave on one side, run along lanes of their own and come back from there; short ones are nearer. */
function placeLoops(
  loops: readonly GraphEdge[],
  boxes: ReadonlyMap<string, Box>,
  solid: readonly Box[],
  across: boolean,
): Drawn[] {
  const place = across ? 0 : 1;
  const spanOf = ({ from, to }: GraphEdge): readonly [number, number] => {
    const [a, b] = [middleOf(boxes.get(from) as Box)[place], middleOf(boxes.get(to) as Box)[place]];
    return a < b ? [a, b] : [b, a];
  };
  const lanes: { readonly from: number; readonly to: number; readonly at: number }[] = [];
  return [...loops]
    .sort((a, b) => spanOf(a)[1] - spanOf(a)[0] - (spanOf(b)[1] - spanOf(b)[0]))
    .map((edge) => {
      const [from, to] = spanOf(edge);
      const touching = solid.filter((box) =>
        across ? box.x <= to && box.x + box.width >= from : box.y <= to && box.y + box.height >= from,
      );
      const clear = Math.max(0, ...touching.map((box) => (across ? box.y + box.height : box.x + box.width)));
      const taken = lanes.filter((lane) => lane.from <= to && lane.to >= from).map(({ at }) => at);
      const at = Math.max(clear, ...taken) + LANE;
      lanes.push({ from, to, at });
      const [source, target] = [boxes.get(edge.from) as Box, boxes.get(edge.to) as Box];
      const [sx, sy] = middleOf(source);
      const [tx, ty] = middleOf(target);
      // Out and in are apart, so that a node with both shows which is which.
      const shift = 14;
      const line: readonly Point[] = across
        ? [
            [sx + shift, source.y + source.height],
            [sx + shift, at],
            [tx - shift, at],
            [tx - shift, target.y + target.height],
          ]
        : [
            [source.x + source.width, sy + shift],
            [at, sy + shift],
            [at, ty - shift],
            [target.x + target.width, ty - shift],
          ];
      const label: Point = across ? [(sx + tx) / 2, at] : [at, (sy + ty) / 2];
      return { edge, line, label, heading: across ? [0, -1] : [-1, 0], angular: true };
    });
}

interface Unframed {
  readonly direction: GraphDirection;
  readonly nodes: readonly GraphNode[];
  readonly boxes: ReadonlyMap<string, Box>;
  readonly groups: readonly PlacedGroup[];
  readonly edges: readonly Drawn[];
  readonly omitted: number;
}

/** Moves everything to where the picture begins, and turns it round for a script that reads from the right. */
function frame({ direction, nodes, boxes, groups, edges, omitted }: Unframed): GraphLayout {
  const corners = [
    ...[...boxes.values(), ...groups].flatMap(({ x, y, width, height }): Point[] => [
      [x, y],
      [x + width, y + height],
    ]),
    ...edges.flatMap(({ line, label: [x, y] }): Point[] => [
      ...line,
      [x + LABEL.width / 2, y + LABEL.height / 2],
    ]),
  ];
  const bound = (pick: (...values: number[]) => number, axis: 0 | 1): number =>
    corners.reduce((found, corner) => pick(found, corner[axis]), corners[0]?.[axis] ?? 0);
  const [left, top] = [bound(Math.min, 0) - MARGIN, bound(Math.min, 1) - MARGIN];
  const width = Math.ceil(bound(Math.max, 0) - left + MARGIN);
  const height = Math.ceil(bound(Math.max, 1) - top + MARGIN);
  const flipped = direction === 'left';
  const move = ([x, y]: Point): Point => [flipped ? width - (x - left) : x - left, y - top];
  const shift = <B extends Box>(box: B): B => {
    const [x, y] = move([flipped ? box.x + box.width : box.x, box.y]);
    return { ...box, x, y };
  };
  return {
    direction,
    nodes: nodes.map((node) => ({ ...shift(boxes.get(node.id) as Box), node })),
    edges: edges.map(({ edge, line, label, heading: [hx, hy], angular }) => {
      const moved = line.map(move);
      const [x, y] = move(label);
      const end = moved.at(-1) as Point;
      const heading: Point = [flipped ? -hx : hx, hy];
      return {
        edge,
        path: angular ? roundedPath(moved) : swungPath(moved),
        arrow: headAt(end, heading),
        label: { x, y },
      };
    }),
    groups: groups.map(shift),
    width,
    height,
    omitted,
  };
}

const at = ([x, y]: Point): string => `${round(x)} ${round(y)}`;
const round = (value: number): number => Math.round(value * 10) / 10;
const between = ([ax, ay]: Point, [bx, by]: Point): Point => [(ax + bx) / 2, (ay + by) / 2];

/** Through the middles of a line's parts, the points pulling it. */
function swungPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  const inner = rest.slice(0, -1);
  const curves = inner.map((point, index) => {
    const next = inner[index + 1];
    return `Q ${at(point)} ${at(next ? between(point, next) : last)}`;
  });
  return `M ${at(first)} ${curves.join(' ')}`;
}

/** Straight parts with rounded corners. */
function roundedPath(points: readonly Point[]): string {
  const towards = (from: Point, to: Point, by: number): Point => {
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const share = length === 0 ? 0 : Math.min(0.5, by / length);
    return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
  };
  const parts = points.map((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (!before) return `M ${at(point)}`;
    if (!after) return `L ${at(point)}`;
    return `L ${at(towards(point, before, 8))} Q ${at(point)} ${at(towards(point, after, 8))}`;
  });
  return parts.join(' ');
}

function headAt(end: Point, [hx, hy]: Point): string {
  const side = (sign: 1 | -1): Point => [
    end[0] - hx * HEAD + sign * hy * HEAD * 0.7,
    end[1] - hy * HEAD + sign * hx * HEAD * 0.7,
  ];
  return `M ${at(side(1))} L ${at(end)} L ${at(side(-1))}`;
}
