import type { Monitor } from '@fleetglass/core/client';
import { FleetDashboard, localSettings, useHashView } from '@fleetglass/react/dashboard';
import type { ReactElement } from 'react';
import { useAbout } from './useAbout.js';
import { useOnlyRun } from './useOnlyRun.js';

const settings = localSettings('fleetglass', { defaultPage: 'runs', shortcuts: true });

const showTitle = (title: string): void => {
  document.title = `${title} · Fleetglass`;
};

/** The page of `fleetglass watch` and `fleetglass open`: every run that was found, and each of them in full. */
export function Dashboard({ monitor }: { readonly monitor: Monitor }): ReactElement {
  const about = useAbout();
  const { view, onViewChange } = useHashView();
  const only = useOnlyRun(monitor);
  return (
    <FleetDashboard
      monitor={monitor}
      // A single run is what was asked for: nobody chooses from a list of one.
      view={
        view.page === undefined && view.runId === undefined && only !== undefined ? { runId: only } : view
      }
      onViewChange={onViewChange}
      onTitle={showTitle}
      titleBadge
      recorded={about?.isLive === false}
      brand={
        <>
          Fleetglass <span title={about?.subject}>{about?.subject}</span>
        </>
      }
      {...settings}
    />
  );
}
