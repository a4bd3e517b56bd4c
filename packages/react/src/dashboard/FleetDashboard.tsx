'use client';

import type { Startable } from '@fleetglass/core/client';
import { forwardRef } from 'react';
import type { ReactNode } from 'react';
import { MonitorProvider } from '../context/MonitorProvider.js';
import type { MonitorProviderProps } from '../context/MonitorProvider.js';
import type { View } from '../components/panel/view.js';
import { cx } from '../lib/cx.js';
import type { DashboardCommand } from './commands.js';
import type { DashboardActions } from './dashboard-context.js';
import { DashboardShell } from './DashboardShell.js';
import { CADENCES } from './settings.js';
import type { DashboardSettings } from './settings.js';
import type { ShortcutKeys } from './shortcuts.js';
import { useDashboardSettings } from './useDashboardSettings.js';

export interface FleetDashboardProps extends Omit<
  MonitorProviderProps,
  'cadence' | 'children' | 'density' | 'ref' | 'theme'
> {
  /** Makes the view controlled: page, run, selection and moment belong to the host. */
  readonly view?: View;
  /** Told of every change of the view, controlled or not. */
  readonly onViewChange?: (view: View) => void;
  /** Makes the settings controlled. */
  readonly settings?: DashboardSettings;
  /** What a person who set nothing sees. */
  readonly defaultSettings?: Partial<DashboardSettings>;
  /** Told of every change of the settings, which are plain JSON; see also `localSettings`. */
  readonly onSettingsChange?: (settings: DashboardSettings) => void;
  /** At the start of the header: whose page this is. */
  readonly brand?: ReactNode;
  /** At the end of the header: the host's own buttons. */
  readonly tools?: ReactNode;
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

/**
 * The ready-made whole: overview, runs, one run in full, agents, tasks, costs, alerts, comparison and settings, from a
 * phone to a wall. It knows no router: what it shows is one `view` value. It brings its own provider. Renders again when
 * the view or the settings change; each panel follows its own data.
 */
export const FleetDashboard = forwardRef<HTMLDivElement, FleetDashboardProps>(function FleetDashboard(
  {
    settings: value,
    defaultSettings,
    onSettingsChange,
    locale,
    timeZone,
    className,
    view,
    onViewChange,
    brand,
    tools,
    actions,
    commands,
    startable,
    keys,
    onTitle,
    onPartError,
    ...rest
  },
  ref,
) {
  const [settings, setSettings] = useDashboardSettings(value, defaultSettings, onSettingsChange);
  return (
    <MonitorProvider
      ref={ref}
      className={cx('fg-dashboard', className)}
      theme={settings.theme}
      density={settings.density}
      cadence={CADENCES[settings.cadence]}
      {...optional('locale', settings.locale ?? locale)}
      {...optional('timeZone', settings.timeZone ?? timeZone)}
      {...rest}
    >
      <DashboardShell
        settings={settings}
        setSettings={setSettings}
        {...{ view, onViewChange, brand, tools, actions, commands, startable, keys, onTitle, onPartError }}
      />
    </MonitorProvider>
  );
});

const optional = <K extends string>(name: K, value: string | undefined): { readonly [N in K]?: string } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [N in K]: string });
