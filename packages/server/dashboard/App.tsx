import type { LabelOverrides } from '@fleetglass/react';
import { localSettings, SignIn } from '@fleetglass/react/dashboard';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { ReactElement } from 'react';
import { Dashboard } from './Dashboard.js';
import type { PageAccess, PageState } from './page-access.js';

interface AppProps {
  readonly access: PageAccess;
  readonly labels: LabelOverrides | undefined;
}

const DEFAULTS = { defaultPage: 'runs', shortcuts: true } as const;

const showTitle = (title: string): void => {
  document.title = `${title} · Fleetglass`;
};

/** The page of a gateway: the runs, or the question for a token before them. */
export function App({ access, labels }: AppProps): ReactElement | null {
  const state = useSyncExternalStore(access.subscribe, access.getSnapshot);
  useFocusAfterSignIn(state);
  if (state.phase === 'asking') return null;
  return <Shown key={state.phase} state={state} access={access} labels={labels} />;
}

function Shown({
  state,
  access,
  labels,
}: AppProps & { readonly state: Exclude<PageState, { readonly phase: 'asking' }> }): ReactElement {
  // Read anew: what was chosen before somebody signed out is chosen still.
  const [settings] = useState(() => localSettings('fleetglass', DEFAULTS));
  const words = labels ? { labels } : {};
  if (state.phase === 'watching') {
    return <Dashboard access={access} state={state} settings={settings} onTitle={showTitle} {...words} />;
  }
  const { theme, density, locale, timeZone } = settings.defaultSettings;
  return (
    <SignIn
      theme={theme}
      density={density}
      {...(locale === undefined ? {} : { locale })}
      {...(timeZone === undefined ? {} : { timeZone })}
      {...words}
      brand="Fleetglass"
      problem={state.problem}
      checking={state.phase === 'signedOut' && state.checking}
      onRetry={state.phase === 'unanswered' ? access.retry : undefined}
      onSignIn={access.signIn}
      onTitle={showTitle}
    />
  );
}

/** Who signed in goes on at what is shown; who only opened the page begins where every page does. */
function useFocusAfterSignIn({ phase }: PageState): void {
  const last = useRef(phase);
  useEffect(() => {
    const before = last.current;
    last.current = phase;
    if (before !== 'signedOut' || phase !== 'watching') return;
    document.querySelector<HTMLElement>('main')?.focus();
  }, [phase]);
}
