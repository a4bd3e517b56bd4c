'use client';

import { forwardRef } from 'react';
import { MonitorProvider } from '../context/MonitorProvider.js';
import type { MonitorProviderProps } from '../context/MonitorProvider.js';
import { cx } from '../lib/cx.js';
import type { DashboardHost } from './dashboard-host.js';
import { DashboardShell } from './DashboardShell.js';
import { CADENCES } from './settings.js';
import type { DashboardSettings } from './settings.js';
import { useDashboardSettings } from './useDashboardSettings.js';

export interface FleetDashboardProps
  extends Omit<MonitorProviderProps, 'cadence' | 'children' | 'density' | 'ref' | 'theme'>, DashboardHost {
  /** Makes the settings controlled. */
  readonly settings?: DashboardSettings;
  /** What a person who set nothing sees. */
  readonly defaultSettings?: Partial<DashboardSettings>;
  /** Told of every change of the settings, which are plain JSON; see also `localSettings`. */
  readonly onSettingsChange?: (settings: DashboardSettings) => void;
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
    account,
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
        {...{
          view,
          onViewChange,
          brand,
          tools,
          account,
          actions,
          commands,
          startable,
          keys,
          onTitle,
          onPartError,
        }}
      />
    </MonitorProvider>
  );
});

const optional = <K extends string>(name: K, value: string | undefined): { readonly [N in K]?: string } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [N in K]: string });
