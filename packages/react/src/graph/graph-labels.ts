import { defineLabels } from '../labels/define-labels.js';

export interface GraphLabels {
  readonly title: string;
  /** Of assistive technology for the drawing. */
  readonly canvas: (nodes: string) => string;
  readonly view: string;
  readonly graph: string;
  readonly list: string;
  readonly start: string;
  readonly end: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly fit: string;
  readonly derived: string;
  readonly planned: string;
  readonly takenUnknown: string;
  readonly omitted: (drawn: string, left: string) => string;
  readonly none: string;
  readonly noneHint: string;
  /** A node whose turn has not come. */
  readonly ahead: string;
  readonly unnamed: string;
  readonly unused: string;
  readonly progress: (done: string, of: string) => string;
  readonly iterations: (count: string) => string;
  readonly failed: (count: string) => string;
  readonly times: (count: string) => string;
  readonly tokens: (count: string) => string;
  readonly nodeName: (name: string, facts: readonly string[]) => string;
  readonly legend: string;
  readonly legendTaken: string;
  readonly legendOpen: string;
  readonly legendDead: string;
  readonly legendConditional: string;
  readonly legendJoin: string;
  readonly legendBack: string;
  readonly columns: {
    readonly node: string;
    readonly agent: string;
    readonly status: string;
    readonly tasks: string;
    readonly iterations: string;
    readonly cost: string;
    readonly tokens: string;
    readonly time: string;
    readonly next: string;
  };
  readonly nextTaken: (name: string, count: string) => string;
  readonly nextDead: (name: string) => string;
  readonly back: (name: string) => string;
}

export const graphLabels = defineLabels<GraphLabels>('graph', {
  title: 'Workflow',
  canvas: (nodes) => (nodes === '1' ? 'Graph of 1 node' : `Graph of ${nodes} nodes`),
  view: 'Shown as',
  graph: 'Graph',
  list: 'List',
  start: 'Start',
  end: 'End',
  zoomIn: 'Larger',
  zoomOut: 'Smaller',
  fit: 'Show all of it',
  derived: 'derived from tasks and agents: no graph was declared',
  planned: 'as it will run',
  takenUnknown: 'which edges were taken was not recorded',
  omitted: (drawn, left) => `${drawn} nodes are drawn; ${left} more are in the list.`,
  none: 'Nothing to draw yet',
  noneHint: 'Nodes appear as soon as the run has tasks or agents.',
  ahead: 'Not started',
  unnamed: 'without a name',
  unused: 'Never ran',
  progress: (done, of) => `${done} of ${of}`,
  iterations: (count) => `${count} rounds`,
  failed: (count) => `${count} failed`,
  times: (count) => `×${count}`,
  tokens: (count) => `${count} tokens`,
  nodeName: (name, facts) => `${name}: ${facts.join(', ')}`,
  legend: 'Edges',
  legendTaken: 'taken',
  legendOpen: 'not yet taken',
  legendDead: 'not taken',
  legendConditional: 'a function chooses',
  legendJoin: 'joins a fan-out',
  legendBack: 'leads back',
  columns: {
    node: 'Node',
    agent: 'Agent',
    status: 'Status',
    tasks: 'Tasks',
    iterations: 'Rounds',
    cost: 'Cost',
    tokens: 'Tokens',
    time: 'Time',
    next: 'Leads to',
  },
  nextTaken: (name, count) => `${name} ×${count}`,
  nextDead: (name) => `${name} (not taken)`,
  back: (name) => `back to ${name}`,
});
