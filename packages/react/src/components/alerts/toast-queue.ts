import { isFinal, selectAnswerable } from '@fleetglass/core/client';
import type { Clock, FleetState } from '@fleetglass/core/client';
import type { Notice, NoticeWatch } from '../../context/notice-watch.js';
import type { SnapshotHub } from '../../context/snapshot-hub.js';

/** What is shown in the corner. */
export interface ToastView {
  /** Oldest first, at most three. */
  readonly shown: readonly Notice[];
  /** How many wait behind them. */
  readonly waiting: number;
  /** How many have arrived since the beginning. */
  readonly arrived: number;
  /** The newest of them, oldest first, for those who hear and do not see; the last twenty. */
  readonly recent: readonly Notice[];
}

export interface ToastQueue {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getView: () => ToastView;
  readonly dismiss: (key: string) => void;
  readonly dismissAll: () => void;
  /** Stops all of them from leaving by themselves, and lets them go on. */
  readonly hold: (held: boolean) => void;
}

const MOST = 3;
/** They appear one at a time. */
const STAGGER_MS = 500;
/** How long one stays that needs nothing. */
const LIFE_MS = 8_000;

/** Questions and what is critical stay until somebody has seen them. */
const isLasting = (notice: Notice): boolean =>
  notice.kind === 'approval' || (notice.kind === 'alert' && notice.alert.severity === 'critical');

/** Follows what is new while someone listens; of a question that was answered meanwhile it says nothing any more. */
export function createToastQueue(
  notices: NoticeWatch,
  hub: SnapshotHub,
  clock: Clock,
  wants: (notice: Notice) => boolean,
): ToastQueue {
  const listeners = new Set<() => void>();
  const channel = hub.channel(0);
  let view: ToastView = { shown: [], waiting: 0, arrived: 0, recent: [] };
  let queue: readonly Notice[] = [];
  let held = false;
  let stagger: { readonly handle: unknown } | undefined;
  const lives = new Map<string, unknown>();
  let leave: (() => void) | undefined;

  const publish = (change: Partial<ToastView>): void => {
    view = { ...view, ...change, waiting: queue.length };
    for (const listener of [...listeners]) listener();
  };
  const end = (key: string): void => {
    if (lives.has(key)) clock.clearTimeout(lives.get(key));
    lives.delete(key);
  };
  const live = (notice: Notice): void => {
    const { key } = notice;
    if (held || isLasting(notice) || lives.has(key)) return;
    lives.set(
      key,
      clock.setTimeout(() => dismiss(key), LIFE_MS),
    );
  };
  const fill = (): void => {
    if (stagger || view.shown.length >= MOST) return;
    const [next, ...rest] = queue;
    if (!next) return;
    queue = rest;
    live(next);
    stagger = {
      handle: clock.setTimeout(() => {
        stagger = undefined;
        fill();
      }, STAGGER_MS),
    };
    publish({ shown: [...view.shown, next] });
  };
  const keepOnly = (keep: (notice: Notice) => boolean): void => {
    const shown = view.shown.filter(keep);
    const rest = queue.filter(keep);
    if (shown.length === view.shown.length && rest.length === queue.length) return;
    for (const notice of view.shown) if (!keep(notice)) end(notice.key);
    queue = rest;
    publish({ shown });
    fill();
  };
  const dismiss = (key: string): void => keepOnly((notice) => notice.key !== key);
  const settle = (): void => {
    const { live: state } = channel.getSnapshot();
    keepOnly((notice) => isStillNews(notice, state));
  };
  const arrive = (notice: Notice): void => {
    if (!wants(notice)) return;
    queue = [...queue, notice];
    publish({ arrived: view.arrived + 1, recent: [...view.recent, notice].slice(-20) });
    fill();
  };

  return {
    subscribe(listener) {
      const entry = (): void => listener();
      listeners.add(entry);
      if (!leave) {
        const leaves = [notices.subscribe(arrive), channel.subscribe(settle)];
        leave = () => leaves.forEach((each) => each());
      }
      return () => {
        listeners.delete(entry);
        if (listeners.size > 0) return;
        leave?.();
        leave = undefined;
        if (stagger) clock.clearTimeout(stagger.handle);
        stagger = undefined;
        for (const key of lives.keys()) end(key);
      };
    },
    getView: () => view,
    dismiss,
    dismissAll: () => keepOnly(() => false),
    hold(next) {
      held = next;
      if (held) for (const key of lives.keys()) end(key);
      else for (const notice of view.shown) live(notice);
    },
  };
}

function isStillNews(notice: Notice, state: FleetState): boolean {
  if (notice.kind === 'approval') {
    const { runId, approvalId } = notice.approval;
    return selectAnswerable(state).some((each) => each.runId === runId && each.approvalId === approvalId);
  }
  if (notice.kind === 'alert') {
    const { runId = '', alertId } = notice.alert;
    return state.alerts.get(`${runId}/${alertId}`)?.status === 'raised';
  }
  const run = state.runs.get(notice.run.id);
  return run === undefined || isFinal(run.status);
}
