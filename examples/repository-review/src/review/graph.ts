import { append, END, START, StateGraph, send } from '@fleetglass/core';
import type * as z from 'zod';
import { analyse } from './analyst.js';
import { askToPublish } from './editor.js';
import { plan } from './planner.js';
import { review } from './reviewer.js';
import type { Assignment, FileReview, PaidCall } from './state.js';
import { ReviewState } from './state.js';
import { summarise } from './summariser.js';
import type { Team } from './team.js';

export const GRAPH_NAME = 'repository-review';

const TASK_TIMEOUT_MS = 180_000;

type Reviewer = `reviewer-${number}`;
type Nodes = 'analyst' | 'planner' | 'editor' | 'summariser' | Reviewer;

/**
 * ANALYST → PLANNER → one task a file for the REVIEWERs → EDITOR, who asks a person → SUMMARISER. Files are dealt to the
 * reviewers in turn; each has a node of its own, so that it works on one file at a time and has a lane of its own on the
 * screen.
 */
export function createReviewGraph(team: Team) {
  const shared = {
    retry: { attempts: 3, backoff: { baseMs: 500, maxMs: 5000 } },
    timeoutMs: TASK_TIMEOUT_MS,
  };
  const reviewers = Array.from({ length: team.reviewers }, (_, index): Reviewer => `reviewer-${index + 1}`);
  const reviewerOf = (index: number): Reviewer => `reviewer-${(index % team.reviewers) + 1}`;

  let graph: StateGraph<ReviewState, z.input<typeof ReviewState>, Nodes> = new StateGraph({
    name: GRAPH_NAME,
    state: ReviewState,
    reducers: { reviews: append<FileReview>, calls: append<PaidCall> },
  })
    .addNode('analyst', (state, ctx) => analyse(team, state, ctx), {
      ...shared,
      agent: 'ANALYST',
      role: 'analyst',
    })
    .addNode('planner', (state, ctx) => plan(team, state, ctx), {
      ...shared,
      agent: 'PLANNER',
      role: 'planner',
    })
    .addNode('editor', (state, ctx) => askToPublish(team, state, ctx), { agent: 'EDITOR', role: 'editor' })
    .addNode('summariser', (state, ctx) => summarise(team, state, ctx), {
      ...shared,
      agent: 'SUMMARISER',
      role: 'summariser',
    });
  for (const name of reviewers) {
    graph = graph.addNode(name, (state: ReviewState & Assignment, ctx) => review(team, state, ctx), {
      ...shared,
      agent: name.toUpperCase(),
      role: 'reviewer',
      type: 'review',
      concurrency: 1,
      title: (state) => state.file.path,
    });
  }
  graph
    .addEdge(START, 'analyst')
    .addEdge('analyst', 'planner')
    .addConditionalEdges(
      'planner',
      (state) => state.plan.map((file, index) => send(reviewerOf(index), { file })),
      reviewers.map((name) => send(name)),
    )
    .addConditionalEdges('editor', ({ publish }) => (publish === 'discard' ? END : 'summariser'), [
      'summariser',
      END,
    ])
    .addEdge('summariser', END);
  for (const name of reviewers) graph.addJoin(name, 'editor');
  return graph;
}
