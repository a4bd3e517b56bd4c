import type { PageName } from '../components/panel/view.js';
import { defineLabels } from '../labels/define-labels.js';

export interface DashboardLabels {
  readonly pages: { readonly [P in PageName]: string };
  readonly navigation: string;
  readonly skipToContent: string;
  readonly skipToNavigation: string;
  readonly waiting: (count: string) => string;
  readonly search: string;
  readonly runHeading: (name: string) => string;
  readonly panelsOf: (page: string) => string;
  readonly runTabs: string;
  readonly tabs: {
    readonly activity: string;
    readonly tasks: string;
    readonly graph: string;
    readonly conversation: string;
    readonly files: string;
    readonly logs: string;
    readonly checkpoints: string;
    readonly money: string;
  };
  readonly newRun: string;
  readonly compareWith: string;
  readonly waitingTitle: string;
  /** The same for who may only look. */
  readonly waitingForSomebody: string;
  readonly waitingNone: string;
  readonly decide: string;
  /** In place of decide, for who may only look. */
  readonly show: string;
  readonly showDecision: (title: string) => string;
  readonly openDecision: (title: string) => string;
  readonly askedAt: (run: string, time: string) => string;
}

export const dashboardLabels = defineLabels<DashboardLabels>('dashboard', {
  pages: {
    overview: 'Overview',
    runs: 'Runs',
    run: 'Newest run',
    agents: 'Agents',
    tasks: 'Tasks',
    costs: 'Costs',
    alerts: 'Alerts',
    compare: 'Compare',
    settings: 'Settings',
  },
  navigation: 'Pages',
  skipToContent: 'Skip to the content',
  skipToNavigation: 'Skip to the pages',
  waiting: (count) => (count === '1' ? '1 decision waits' : `${count} decisions wait`),
  search: 'Search',
  runHeading: (name) => `Run ${name}`,
  panelsOf: (page) => `Panels of ${page}`,
  runTabs: 'Parts of the run',
  tabs: {
    activity: 'Activity',
    tasks: 'Tasks',
    graph: 'Graph',
    conversation: 'Conversation',
    files: 'Files',
    logs: 'Logs',
    checkpoints: 'Checkpoints',
    money: 'Money',
  },
  newRun: 'New run',
  compareWith: 'Compare …',
  waitingTitle: 'Waiting for you',
  waitingForSomebody: 'Waiting for a decision',
  waitingNone: 'nothing',
  decide: 'Decide',
  show: 'Show',
  showDecision: (title) => `Show: ${title}`,
  openDecision: (title) => `Decide: ${title}`,
  askedAt: (run, time) => `${run}, asked at ${time}`,
});

export interface ArrangeLabels {
  readonly arrange: string;
  readonly heading: (page: string) => string;
  readonly moveUp: (panel: string) => string;
  readonly moveDown: (panel: string) => string;
  readonly show: (panel: string) => string;
  readonly reset: string;
  readonly done: string;
  readonly moved: (panel: string, place: string, of: string) => string;
  readonly shown: (panel: string) => string;
  readonly hidden: (panel: string) => string;
  readonly wasReset: string;
  readonly allHidden: string;
  readonly allHiddenHint: string;
}

export const arrangeLabels = defineLabels<ArrangeLabels>('arrange', {
  arrange: 'Arrange',
  heading: (page) => `Arrange ${page}`,
  moveUp: (panel) => `Move ${panel} up`,
  moveDown: (panel) => `Move ${panel} down`,
  show: (panel) => `Show ${panel}`,
  reset: 'Reset',
  done: 'Done',
  moved: (panel, place, of) => `${panel} is now ${place} of ${of}.`,
  shown: (panel) => `${panel} is shown.`,
  hidden: (panel) => `${panel} is hidden.`,
  wasReset: 'Everything is back in its own place.',
  allHidden: 'Every panel of this page is hidden',
  allHiddenHint: 'Arrange brings them back.',
});

export interface PanelNames {
  readonly waiting: string;
  readonly fleet: string;
  readonly runs: string;
  readonly agents: string;
  readonly feed: string;
  readonly timeline: string;
  readonly alerts: string;
  readonly cost: string;
  readonly budget: string;
  readonly health: string;
  readonly mcp: string;
}

/** What panels are called where a page is arranged. */
export const panelNames = defineLabels<PanelNames>('panelNames', {
  waiting: 'Waiting for you',
  fleet: 'Fleet',
  runs: 'Runs',
  agents: 'Agents',
  feed: 'Activity',
  timeline: 'Timeline',
  alerts: 'Alerts',
  cost: 'Burn rate',
  budget: 'Budget',
  health: 'System health',
  mcp: 'MCP servers',
});
