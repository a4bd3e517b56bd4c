import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Json, JsonObject } from '../../lib/json.js';
import { findNonJson, isRecord } from '../../lib/json.js';
import type { Fields } from '../execution/ancestry.js';
import type { CompiledGraph, CompiledNode, CompiledRouter } from './compiled-graph.js';
import { isSend } from './graph-definition.js';
import type { Chosen } from '../execution/token-scope.js';

const invalid = (message: string): FleetglassError => new FleetglassError('GRAPH_INVALID', message);

/**
 * Asks the conditional edges of a node what follows.
 *
 * @throws FleetglassError `GRAPH_INVALID` when one chooses what it may not, `STATE_NOT_JSON` when a sent input is not JSON
 */
export async function choose(graph: CompiledGraph, node: CompiledNode, state: Fields): Promise<Chosen[]> {
  const chosen: Chosen[] = [];
  for (const router of node.routers) chosen.push(readChoice(graph, node, router, await router.choose(state)));
  return chosen;
}

function readChoice(
  graph: CompiledGraph,
  node: CompiledNode,
  router: CompiledRouter,
  choice: unknown,
): Chosen {
  const targets: number[] = [];
  const sends: { to: number; input: Fields }[] = [];
  const list: readonly unknown[] = Array.isArray(choice) ? choice : [choice];
  for (const item of list) {
    const name = isSend(item) ? item.node : item;
    const to = typeof name === 'string' ? graph.indexOf(name) : undefined;
    if (to === undefined || typeof name !== 'string') {
      throw invalid(
        `The conditional edge of '${node.name}' chose ${describe(name)}, which is no node of the graph.`,
      );
    }
    if (router.sends.has(to)) {
      sends.push({ to, input: isSend(item) ? readInput(item.input, node.name, name) : {} });
    } else if (isSend(item)) {
      throw invalid(
        `The conditional edge of '${node.name}' sends to '${name}' undeclared; declare it: addConditionalEdges('${node.name}', choose, [send('${name}')]).`,
      );
    } else if (mayLeadTo(graph, node, router, to)) {
      targets.push(to);
    } else if (to === graph.end && node.depth > 0) {
      throw invalid(
        `The conditional edge of '${node.name}' chose END inside a send group; only addJoin leaves a group.`,
      );
    } else {
      throw invalid(
        `The conditional edge of '${node.name}' chose '${name}', which it does not declare; add it to the declared targets.`,
      );
    }
  }
  const opensGroup = sends.length > 0 || (list.length === 0 && router.sends.size > 0);
  return opensGroup ? { targets, sends } : { targets };
}

function mayLeadTo(graph: CompiledGraph, node: CompiledNode, router: CompiledRouter, to: number): boolean {
  if (to === graph.end) return router.mayEnd;
  if (router.choices.has(to) || router.loops.has(to)) return true;
  return (
    !router.declared &&
    to !== 0 &&
    graph.nodes[to]?.depth === node.depth &&
    graph.region([to]).has(node.index)
  );
}

function readInput(input: unknown, from: string, to: string): Fields {
  const at = isRecord(input) ? findNonJson(input) : '$';
  if (at) {
    throw new FleetglassError('STATE_NOT_JSON', `What '${from}' sends to '${to}' is not JSON at ${at}.`, {
      details: { path: at },
    });
  }
  return input as Fields;
}

function describe(value: unknown): string {
  return typeof value === 'string'
    ? `'${value}'`
    : `a value of type ${value === null ? 'null' : typeof value}`;
}

/** For the execution record. */
export function encodeChoices(graph: CompiledGraph, chosen: readonly Chosen[]): Json {
  const nameOf = (index: number): string => graph.nodes[index]?.name ?? '';
  return chosen.map(({ targets, sends }) => ({
    to: targets.map(nameOf),
    ...(sends ? { sends: sends.map((sent) => [nameOf(sent.to), sent.input as JsonObject]) } : {}),
  }));
}

/** @throws FleetglassError `GRAPH_INVALID` when the record names a node that the graph no longer has */
export function decodeChoices(graph: CompiledGraph, record: Json | undefined): Chosen[] {
  const indexOf = (name: unknown): number => {
    const index = typeof name === 'string' ? graph.indexOf(name) : undefined;
    if (index === undefined)
      throw invalid(`The run's record names ${describe(name)}, which the graph no longer has.`);
    return index;
  };
  if (!Array.isArray(record)) return [];
  return (record as readonly { to: readonly string[]; sends?: readonly [string, Fields][] }[]).map(
    ({ to, sends }) => ({
      targets: to.map(indexOf),
      ...(sends ? { sends: sends.map(([name, input]) => ({ to: indexOf(name), input })) } : {}),
    }),
  );
}
