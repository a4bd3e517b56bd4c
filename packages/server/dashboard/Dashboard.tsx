import type { LabelOverrides } from '@fleetglass/react';
import { FleetDashboard, useHashView } from '@fleetglass/react/dashboard';
import type { DashboardAccount, LocalSettings } from '@fleetglass/react/dashboard';
import { useMemo } from 'react';
import type { ReactElement } from 'react';
import type { PageAccess, PageState } from './page-access.js';
import { useAbout } from './useAbout.js';
import { useOnlyRun } from './useOnlyRun.js';

interface DashboardProps {
  readonly access: PageAccess;
  readonly state: Extract<PageState, { readonly phase: 'watching' }>;
  readonly settings: LocalSettings;
  readonly onTitle: (title: string) => void;
  readonly labels?: LabelOverrides;
}

/** Every run that the gateway shows to whoever looks, and each of them in full. */
export function Dashboard({ access, state, settings, ...rest }: DashboardProps): ReactElement {
  const { monitor, identity, isSignedIn } = state;
  const about = useAbout(access);
  const { view, onViewChange } = useHashView();
  const only = useOnlyRun(monitor);
  const account = useMemo((): DashboardAccount => {
    const { mayCommand: _, ...who } = identity;
    return { ...who, onSignOut: access.signOut };
  }, [identity, access]);
  return (
    <FleetDashboard
      monitor={monitor}
      // A single run is what was asked for: nobody chooses from a list of one.
      view={
        view.page === undefined && view.runId === undefined && only !== undefined ? { runId: only } : view
      }
      onViewChange={onViewChange}
      titleBadge
      recorded={about?.isLive === false}
      readOnly={!identity.mayCommand}
      {...(isSignedIn ? { account } : {})}
      brand={
        <>
          Fleetglass <span title={about?.subject}>{about?.subject}</span>
        </>
      }
      {...settings}
      {...rest}
    />
  );
}
