import type { Monitor } from '@fleetglass/core/client';
import { FleetDashboard, localSettings, useHashView } from '@fleetglass/react/dashboard';
import { useCallback } from 'react';
import type { ReactElement } from 'react';
import { CopyLinkButton } from './CopyLinkButton.js';
import { NewRunButton } from './NewRunButton.js';
import { useAbout } from './useAbout.js';

const TITLES = { review: 'Repository review', recording: 'Recorded session' } as const;

/** What this browser remembers; the page belongs to nobody else, so its keys do something. */
const settings = localSettings('fleetglass.review', { defaultPage: 'run', shortcuts: true });

/** The host application: the dashboard with a name and two buttons of its own. */
export function App({ monitor }: { readonly monitor: Monitor }): ReactElement {
  const about = useAbout();
  const { view, onViewChange } = useHashView();
  const product = TITLES[about?.mode ?? 'review'];
  const onTitle = useCallback(
    (title: string) => {
      document.title = `${title} · ${product}`;
    },
    [product],
  );
  return (
    <FleetDashboard
      monitor={monitor}
      view={view}
      onViewChange={onViewChange}
      onTitle={onTitle}
      titleBadge
      brand={
        <>
          {product} <span title={about?.subject}>{about?.subject}</span>
        </>
      }
      tools={
        <>
          {about?.startName === undefined ? null : (
            <NewRunButton name={about.startName} onStarted={(runId) => onViewChange({ runId })} />
          )}
          <CopyLinkButton monitor={monitor} view={view} />
        </>
      }
      {...settings}
    />
  );
}
