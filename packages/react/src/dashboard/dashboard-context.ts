'use client';

import type { Startable } from '@fleetglass/core/client';
import { createContext, useContext } from 'react';
import type { PageName, View, ViewChange } from '../components/panel/view.js';
import type { DashboardCommand } from './commands.js';
import type { DashboardAccount } from './account.js';
import type { DashboardSettings, SettingsChange } from './settings.js';
import type { ShortcutKeys } from './shortcuts.js';

/** What a host lets people do besides watching. What is absent is not offered. */
export interface DashboardActions {
  readonly newAgent?: () => void;
  readonly newTask?: () => void;
}

/** Dialogs of the whole page, one at a time. */
export type DashboardDialog = 'palette' | 'help' | 'newRun';

/** What every part of the dashboard needs of the whole. */
export interface DashboardParts {
  readonly view: View;
  /** Page shown, also where the view names none. */
  readonly page: PageName;
  readonly change: (change: ViewChange) => void;
  /** Leaves what is shown for another page, at the present. */
  readonly goTo: (page: PageName, change?: ViewChange) => void;
  readonly openRun: (runId: string, change?: ViewChange) => void;
  readonly settings: DashboardSettings;
  readonly setSettings: (change: SettingsChange) => void;
  readonly keys: ShortcutKeys;
  readonly account: DashboardAccount | undefined;
  readonly actions: DashboardActions;
  readonly hostCommands: readonly DashboardCommand[];
  /** Graphs that the host lets people start; absent: any that ran here may be tried. */
  readonly startable: readonly Startable[] | undefined;
  readonly openDialog: (dialog: DashboardDialog | undefined) => void;
  readonly onPartError: ((error: unknown) => void) | undefined;
}

export const DashboardContext = createContext<DashboardParts | undefined>(undefined);

/** @throws Error outside a `FleetDashboard` */
export function useDashboard(): DashboardParts {
  const parts = useContext(DashboardContext);
  if (!parts) throw new Error('This hook works only inside a <FleetDashboard>.');
  return parts;
}
