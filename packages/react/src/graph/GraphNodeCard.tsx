'use client';

import type { Node, NodeProps } from '@xyflow/react';
import type { GraphNode } from '@fleetglass/core/client';
import { memo } from 'react';
import type { FocusEvent, ReactElement } from 'react';
import { useTexts } from '../context/monitor-context.js';
import { StatusShape } from '../components/status/StatusShape.js';
import { useGraphScope } from './graph-context.js';
import { graphLabels } from './graph-labels.js';
import { useNodeFacts } from './useGraphFacts.js';

/** A node as React Flow holds it: only its place and its name, so that live data never passes through there. */
export type DrawnNode = Node<{ readonly node: GraphNode; readonly rightToLeft: boolean }, 'work'>;

/**
 * One node: what it is called, who works there, how far it is and what it cost. It follows its own tasks and renders
 * again with no other node.
 */
export const GraphNodeCard = memo(function GraphNodeCard({ data }: NodeProps<DrawnNode>): ReactElement {
  const { node, rightToLeft } = data;
  const { runId, derived, selectedId, onSelect, reveal } = useGraphScope();
  const words = useTexts().labels(graphLabels);
  const facts = useNodeFacts(runId, node, derived);
  const selected = selectedId === node.id;
  const { name, agent, statusText, progress, rounds, failed, cost, time, phase, state } = facts;
  const dir = rightToLeft ? 'rtl' : 'ltr';
  if (node.kind !== 'node') {
    return (
      <div className="fg-graph-end" dir={dir} data-kind={node.kind}>
        {name}
      </div>
    );
  }
  const said = [statusText, progress, failed, rounds, agent, cost, time].filter((fact) => fact !== '');
  const shared = {
    className: 'fg-graph-node nopan',
    dir,
    'data-phase': phase,
    'data-status': state?.status,
    'data-stack': state?.fanOut ? '' : undefined,
  };
  const body = (
    <>
      <span className="fg-graph-name">
        {state ? <StatusShape status={state.status} /> : <span className="fg-graph-dot" />}
        <strong title={name}>{name}</strong>
        {progress === '' ? null : <span className="fg-graph-progress">{progress}</span>}
      </span>
      <span className="fg-graph-line">
        {statusText === '' ? null : <span className="fg-graph-status">{statusText}</span>}
        {failed === '' ? null : <span className="fg-graph-failed">{failed}</span>}
        {rounds === '' ? null : <span data-yields="">{rounds}</span>}
        {agent === '' || isSameName(agent, name) ? null : <span data-yields="">{agent}</span>}
      </span>
      <span className="fg-graph-line" title={facts.costHint}>
        {cost === '' ? null : <span>{cost}</span>}
        {facts.tokens === '' ? null : <span data-yields="">{words.tokens(facts.tokens)}</span>}
        {time === '' ? null : <span className="fg-graph-time">{time}</span>}
      </span>
    </>
  );
  if (!onSelect) return <div {...shared}>{body}</div>;
  const show = ({ currentTarget }: FocusEvent<HTMLElement>): void => {
    if (currentTarget.matches(':focus-visible')) reveal(currentTarget);
  };
  return (
    <button
      {...shared}
      type="button"
      aria-pressed={selected}
      onClick={() => onSelect(selected ? undefined : node.id)}
      onFocus={show}
    >
      <span className="fg-hidden">{said.length > 0 ? words.nodeName(name, said) : name}</span>
      <span aria-hidden="true" className="fg-graph-body">
        {body}
      </span>
    </button>
  );
});

/** "planner" that is done by PLANNER says it once. */
const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
