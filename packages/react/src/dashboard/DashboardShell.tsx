'use client';

import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { Toasts } from '../components/alerts/Toasts.js';
import type { PageName } from '../components/panel/view.js';
import { ConnectionBanners } from '../components/connection/ConnectionBanners.js';
import { PartBoundary } from '../components/parts/PartBoundary.js';
import { Dialog } from '../components/parts/Dialog.js';
import { StartRunForm } from '../components/runs/StartRunForm.js';
import { useView } from '../components/panel/useView.js';
import { useTexts } from '../context/monitor-context.js';
import type { Notice } from '../context/notice-watch.js';
import { CommandPalette } from './CommandPalette.js';
import type { DashboardCommand } from './commands.js';
import { DashboardContext, useDashboard } from './dashboard-context.js';
import type { DashboardActions, DashboardDialog, DashboardParts } from './dashboard-context.js';
import { dashboardLabels } from './dashboard-labels.js';
import { DashboardHeader } from './DashboardHeader.js';
import { DashboardNav } from './DashboardNav.js';
import type { DashboardHost } from './dashboard-host.js';
import { Page } from './Page.js';
import type { DashboardSettings, SettingsChange } from './settings.js';
import { SHORTCUT_KEYS } from './shortcuts.js';
import { ShortcutsDialog } from './ShortcutsDialog.js';
import { useOpenAlert } from './useOpenAlert.js';
import { usePageTitle } from './usePageTitle.js';
import { useShortcuts } from './useShortcuts.js';

/** All of them are given, whether the host set them or not. */
type Given<T> = { readonly [N in keyof T]-?: T[N] | undefined };

interface DashboardShellProps extends Given<DashboardHost> {
  readonly settings: DashboardSettings;
  readonly setSettings: (change: SettingsChange) => void;
}

const NO_ACTIONS: DashboardActions = {};
const NO_COMMANDS: readonly DashboardCommand[] = [];
/** What another page does not take over from the last one. */
const ELSEWHERE = {
  runId: undefined,
  otherRunId: undefined,
  tab: undefined,
  selected: undefined,
  query: undefined,
  filters: undefined,
  sort: undefined,
  seq: undefined,
} as const;

/** Header, navigation, the page and the dialogs of the whole. Renders again when the view or the settings change. */
export function DashboardShell({
  view: value,
  onViewChange,
  settings,
  setSettings,
  brand,
  tools,
  account,
  actions = NO_ACTIONS,
  commands = NO_COMMANDS,
  startable,
  keys,
  onTitle,
  onPartError,
}: DashboardShellProps): ReactElement {
  const { view, change } = useView(value, onViewChange);
  const [dialog, openDialog] = useState<DashboardDialog>();
  const page: PageName = view.page ?? (view.runId === undefined ? settings.defaultPage : 'run');
  const parts = useMemo(
    (): DashboardParts => ({
      view,
      page,
      change,
      goTo: (next, more) => change({ ...ELSEWHERE, page: next, ...more }),
      openRun: (runId, more) => change({ ...ELSEWHERE, page: undefined, runId, ...more }),
      settings,
      setSettings,
      keys: { ...SHORTCUT_KEYS, ...keys },
      account,
      actions,
      hostCommands: commands,
      startable,
      openDialog,
      onPartError,
    }),
    [view, page, change, settings, setSettings, keys, account, actions, commands, startable, onPartError],
  );
  return (
    <DashboardContext.Provider value={parts}>
      <Frame dialog={dialog} brand={brand} tools={tools} onTitle={onTitle} />
    </DashboardContext.Provider>
  );
}

interface FrameProps extends Given<Pick<DashboardHost, 'brand' | 'tools' | 'onTitle'>> {
  readonly dialog: DashboardDialog | undefined;
}

function Frame({ dialog, brand, tools, onTitle }: FrameProps): ReactElement {
  const { labels } = useTexts();
  const words = labels(dashboardLabels);
  const [mainId, navId] = [useId(), useId()];
  const main = useRef<HTMLElement>(null);
  const { view, page } = useDashboard();
  const where = usePageTitle(onTitle);
  useShortcuts(main, dialog !== undefined);
  // A run that begins by itself is no step of the reader.
  useHeadingFocus(
    main,
    page === 'run' ? `run ${view.runId ?? ''}` : page,
    // Who comes to decide begins at the question.
    view.selected?.kind === 'approval' ? '.fg-approvals' : undefined,
  );
  const skipTo = (id: string) => ({
    href: `#${id}`,
    // The address may be the host's: only the focus goes there.
    onClick: (event: { preventDefault: () => void; currentTarget: HTMLElement }) => {
      event.preventDefault();
      event.currentTarget.ownerDocument.getElementById(id)?.focus();
    },
  });
  return (
    <>
      <div className="fg-skips">
        <a className="fg-skip" {...skipTo(mainId)}>
          {words.skipToContent}
        </a>
        <a className="fg-skip" {...skipTo(navId)}>
          {words.skipToNavigation}
        </a>
      </div>
      <DashboardHeader brand={brand} tools={tools} />
      <DashboardNav id={navId} />
      <main ref={main} id={mainId} className="fg-main" data-page={page} tabIndex={-1}>
        <ConnectionBanners />
        <Page key={where} />
      </main>
      <News />
      <Dialogs dialog={dialog} />
    </>
  );
}

/** Notices in a corner, as far as the settings want them. */
function News(): ReactElement | null {
  const { settings, openRun, onPartError } = useDashboard();
  const openAlert = useOpenAlert();
  const { notifications } = settings;
  const open = useCallback(
    (notice: Notice) => {
      if (notice.kind === 'alert') openAlert(notice.alert);
      else if (notice.kind === 'runEnd') openRun(notice.run.id);
      else if (notice.approval.runId !== undefined) {
        openRun(notice.approval.runId, { selected: { kind: 'approval', id: notice.approval.approvalId } });
      }
    },
    [openAlert, openRun],
  );
  if (notifications === 'none') return null;
  return (
    <PartBoundary onError={onPartError}>
      <Toasts onOpen={open} {...(notifications === 'decisions' ? { wants: isDecision } : {})} />
    </PartBoundary>
  );
}

const isDecision = ({ kind }: Notice): boolean => kind === 'approval';

function Dialogs({ dialog }: { readonly dialog: DashboardDialog | undefined }): ReactElement | null {
  if (dialog === undefined) return null;
  return (
    <PartBoundary>
      {dialog === 'palette' ? <CommandPalette /> : null}
      {dialog === 'help' ? <ShortcutsDialog /> : null}
      {dialog === 'newRun' ? <NewRunDialog /> : null}
    </PartBoundary>
  );
}

function NewRunDialog(): ReactElement {
  const { startable, openDialog, openRun } = useDashboard();
  const { labels } = useTexts();
  return (
    <Dialog heading={labels(dashboardLabels).newRun} onClose={() => openDialog(undefined)}>
      <StartRunForm
        startable={startable}
        onStarted={(runId) => {
          openDialog(undefined);
          openRun(runId);
        }}
      />
    </Dialog>
  );
}

/** Whoever goes to another page reads on from its heading. Where the reading began, nothing is moved. */
function useHeadingFocus(
  main: { readonly current: HTMLElement | null },
  where: string,
  selector: string | undefined,
): void {
  const last = useRef(where);
  useEffect(() => {
    if (last.current === where) return;
    last.current = where;
    const target = selector && main.current?.querySelector<HTMLElement>(selector);
    (target || main.current?.querySelector<HTMLElement>('h1'))?.focus();
  }, [main, where, selector]);
}
