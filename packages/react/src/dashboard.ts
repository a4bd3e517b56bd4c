/**
 * The ready-made whole: pages over one view, settings, palette and shortcuts. Load `styles.css` and `dashboard.css`, which
 * holds the stylesheets of graph, reading and charts.
 *
 * @packageDocumentation
 */
export { FleetDashboard } from './dashboard/FleetDashboard.js';
export type { FleetDashboardProps } from './dashboard/FleetDashboard.js';
export type { DashboardAccount } from './dashboard/account.js';
export type { DashboardActions } from './dashboard/dashboard-context.js';
export type { CommandGroup, DashboardCommand } from './dashboard/commands.js';
export type { KeyName } from './dashboard/keys.js';
export type { PanelLayout } from './dashboard/layout.js';
export { localSettings } from './dashboard/local-settings.js';
export type { LocalSettings } from './dashboard/local-settings.js';
export { changeSettings, DEFAULT_SETTINGS, readSettings } from './dashboard/settings.js';
export type {
  CadenceName,
  DashboardSettings,
  NotificationLevel,
  SettingsChange,
  StartPage,
} from './dashboard/settings.js';
export { SHORTCUT_KEYS } from './dashboard/shortcuts.js';
export type { ShortcutKeys, ShortcutName } from './dashboard/shortcuts.js';
export { SignIn } from './dashboard/SignIn.js';
export type { SignInProblem, SignInProps, SignInReason } from './dashboard/SignIn.js';
export { useDashboardCommands } from './dashboard/useDashboardCommands.js';
export { useHashView } from './dashboard/useHashView.js';
export type { HashView } from './dashboard/useHashView.js';
