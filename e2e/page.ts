import type { Monitor, Transport } from '@fleetglass/core/client';
import type { Page } from 'playwright';

declare global {
  interface Window {
    /** See `examples/repository-review/web/main.tsx`. */
    fleetglass?: { readonly monitor: Monitor; readonly transport: Transport };
  }
}

/** What a test waits for: the part of a run that it names. */
export interface RunFacts {
  readonly id: string;
  readonly status: string;
  readonly nanoUsd: number;
  readonly simulated: boolean;
  readonly completedTasks: number;
  readonly activeAgents: readonly string[];
  readonly by: string | undefined;
}

interface PageFacts {
  /** Position of the state that the runs are from. */
  readonly seq: number;
  /** Oldest first. */
  readonly runs: readonly RunFacts[];
}

/** Every run as the page knows it, oldest first. */
export async function runsOf(page: Page): Promise<readonly RunFacts[]> {
  return (await page.evaluate(readFacts)).runs;
}

/** Runs inside the page. */
function readFacts(): PageFacts {
  const state = window.fleetglass?.monitor.getSnapshot().state;
  if (!state) return { seq: 0, runs: [] };
  const agents = [...state.agents.values()];
  const runs = [...state.runs.values()].map((run) => ({
    id: run.id,
    status: run.status,
    nanoUsd: run.totals.cost.nanoUsd,
    simulated: (run.totals.cost.byBasis.simulated ?? 0) === run.totals.cost.nanoUsd,
    completedTasks: run.taskCounts.completed ?? 0,
    activeAgents: agents
      .filter((agent) => agent.runId === run.id && agent.status === 'active')
      .map(({ name }) => name),
    by: run.by?.name,
  }));
  return { seq: state.seq, runs };
}

const OVER = ['failed', 'stopped', 'cancelled', 'completed'];

/** Waits until the newest run fits; one that ended without fitting fails at once. */
export async function untilRun(
  page: Page,
  fits: (run: RunFacts) => boolean,
  isHopeless: (run: RunFacts) => boolean = ({ status }) => OVER.includes(status),
): Promise<RunFacts> {
  for (;;) {
    const { seq, runs } = await page.evaluate(readFacts);
    const run = runs.at(-1);
    if (run && fits(run)) return run;
    if (run && isHopeless(run)) throw new Error(`The run is ${run.status}.`);
    await changeSince(page, seq);
  }
}

/** Resolves when the page shows another position than `seen`. */
async function changeSince(page: Page, seen: number): Promise<void> {
  await page.evaluate(
    (position) =>
      new Promise<void>((resolve) => {
        const monitor = window.fleetglass?.monitor;
        const isNew = (): boolean => monitor?.getSnapshot().seq !== position;
        if (isNew()) {
          resolve();
          return;
        }
        const unsubscribe = monitor?.subscribe(() => {
          if (!isNew()) return;
          unsubscribe?.();
          resolve();
        });
      }),
    seen,
  );
}

/** Waits until the page shows the moment after event `seq`. */
export function untilMoment(page: Page, seq: number): Promise<void> {
  return page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const monitor = window.fleetglass?.monitor;
        const look = (): void => {
          const snapshot = monitor?.getSnapshot();
          if (snapshot?.mode !== 'replay' || snapshot.seeking || snapshot.seq !== wanted) return;
          unsubscribe?.();
          resolve();
        };
        const unsubscribe = monitor?.subscribe(look);
        look();
      }),
    seq,
  );
}

/** Opens a page of the dashboard by its name. */
export const goToPage = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name, exact: true }).click();

/** Waits for the page of a run. */
export const runPage = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 2, name }).waitFor();

/** Lines of the table of runs. */
export const runRows = (page: Page) =>
  page
    .getByRole('region', { name: 'Runs' })
    .getByRole('row')
    .filter({ hasNot: page.getByRole('columnheader') });

/** Chooses a theme where people do, and comes back. */
export async function chooseTheme(page: Page, theme: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByLabel('Theme').selectOption(theme);
  await page.goBack();
}
