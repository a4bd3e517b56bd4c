import type { Startable } from '@fleetglass/core/client';
import type { ReactNode } from 'react';
import type { View } from '../components/panel/view.js';
import type { DashboardAccount } from './account.js';
import type { DashboardCommand } from './commands.js';
import type { DashboardActions } from './dashboard-context.js';
import type { ShortcutKeys } from './shortcuts.js';

/** What a host gives the dashboard besides a monitor, a look and a language. */
export interface DashboardHost {
  /** Makes the view controlled: page, run, selection and moment belong to the host. */
  readonly view?: View;
  /** Told of every change of the view, controlled or not. */
  readonly onViewChange?: (view: View) => void;
  /** At the start of the header: whose page this is. */
  readonly brand?: ReactNode;
  /** At the end of the header: the host's own buttons. */
  readonly tools?: ReactNode;
  /** Who is signed in: the header then has a menu with the way out. Pass a constant or a memoised object. @default nobody signs in */
  readonly account?: DashboardAccount;
  /** What people may do besides watching. Pass a constant or a memoised object. */
  readonly actions?: DashboardActions;
  /** More for the palette to find. Pass a constant or a memoised array. */
  readonly commands?: readonly DashboardCommand[];
  /**
   * What people may start from here, each with a form made from its schema. Pass a constant or a memoised array.
   * @default any graph that ran here may be tried
   */
  readonly startable?: readonly Startable[];
  /** Other keys for some shortcuts. They work only where the settings turn shortcuts on. */
  readonly keys?: Partial<ShortcutKeys>;
  /** Told what the page shows, for the document's title. Pass a constant or a memoised function. */
  readonly onTitle?: (title: string) => void;
  /** Told when a part failed; the others work on. */
  readonly onPartError?: (error: unknown) => void;
}
