import type { Monitor } from '@fleetglass/core/client';
import { MonitorProvider, OrchestratorMonitoringPanel } from '@fleetglass/react';
import type { Theme } from '@fleetglass/react';
import { useEffect } from 'react';
import type { ReactElement } from 'react';
import { CopyLinkButton } from './CopyLinkButton.js';
import { NewRunButton } from './NewRunButton.js';
import { RunPicker } from './RunPicker.js';
import { RunScope } from './RunScope.js';
import { useAbout } from './useAbout.js';
import { useHashView } from './useHashView.js';
import { THEMES, useTheme } from './useTheme.js';

const TITLES = { review: 'Repository review', recording: 'Recorded session' } as const;

/** The host application: a header of its own around the embedded panel. */
export function App({ monitor }: { readonly monitor: Monitor }): ReactElement {
  const about = useAbout();
  const [theme, setTheme] = useTheme();
  const [view, setView] = useHashView();
  const title = TITLES[about?.mode ?? 'review'];
  const subject = about?.subject ?? '';
  useEffect(() => {
    document.title = subject === '' ? title : `${subject} · ${title}`;
  }, [title, subject]);
  const showRun = (runId: string): void => setView({ runId });

  return (
    <MonitorProvider monitor={monitor} theme={theme} className="page">
      <header className="page-header">
        <h1 className="page-title">
          {title}
          {subject === '' ? null : <span className="page-subject">{subject}</span>}
          <RunScope runId={view.runId} />
        </h1>
        <div className="page-tools">
          <RunPicker runId={view.runId} onPick={showRun} />
          {about?.startName === undefined ? null : (
            <NewRunButton name={about.startName} onStarted={showRun} />
          )}
          <CopyLinkButton monitor={monitor} view={view} />
          <label className="page-field">
            <span className="page-field-name">Theme</span>
            <select
              className="page-select"
              value={theme}
              onChange={({ target }) => setTheme(target.value as Theme)}
            >
              {THEMES.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </div>
      </header>
      <main className="page-main">
        <OrchestratorMonitoringPanel view={view} onViewChange={setView} />
      </main>
    </MonitorProvider>
  );
}
