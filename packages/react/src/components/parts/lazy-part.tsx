'use client';

import { forwardRef, useEffect, useSyncExternalStore } from 'react';
import type {
  ComponentType,
  ForwardRefExoticComponent,
  PropsWithoutRef,
  ReactNode,
  RefAttributes,
} from 'react';
import { usePartError } from './part-error.js';
import { PartFailed } from './PartFailed.js';
import { SkeletonRows } from './SkeletonRows.js';

/** A component whose code is loaded when it is first shown, or before, when somebody is about to ask for it. */
export type LazyPart<P, R> = ForwardRefExoticComponent<PropsWithoutRef<P> & RefAttributes<R>> & {
  /** Loads the code and shows nothing. Never rejects: what could not be loaded is tried again when it is shown. */
  readonly preload: () => Promise<void>;
  /** For the button that shows it: the code is on its way before the click. */
  readonly warm: { readonly onPointerEnter: () => void; readonly onFocus: () => void };
};

/** Around what stands in the place of a part: lines while its code is on its way, words where it cannot come. */
export type PartPlace<P> = (content: ReactNode, props: P, failed: boolean) => ReactNode;

const nothing = (): undefined => undefined;

/**
 * Makes a component of code that is loaded on demand. Code that is here already is shown at once; where it cannot come,
 * the reader is told and can try again, and so is the `onError` of the boundary around it. A server, and whoever takes
 * over what it drew, begins with the place: there, suspending would be an error.
 *
 * @param place of the height that the part will have
 */
export function lazyPart<P extends object, R = never>(
  load: () => Promise<ComponentType<P & RefAttributes<R>>>,
  place: PartPlace<PropsWithoutRef<P>>,
): LazyPart<P, R> {
  type Part = ComponentType<PropsWithoutRef<P> & RefAttributes<R>>;
  /** The part, or why it is not here. */
  let state: { readonly part: Part } | { readonly error: unknown } | undefined;
  let arriving: Promise<void> | undefined;
  const listeners = new Set<() => void>();
  const settle = (next: typeof state): void => {
    state = next;
    for (const listener of [...listeners]) listener();
  };
  const preload = (): Promise<void> =>
    (arriving ??= load().then(
      (part) => settle({ part: part as Part }),
      (error: unknown) => {
        arriving = undefined;
        settle({ error });
      },
    ));
  const warm = (): void => void preload();
  const retry = (): void => {
    settle(undefined);
    warm();
  };
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  const Shown = forwardRef<R, P>(function LazyPart(props, ref) {
    const now = useSyncExternalStore(subscribe, () => state, nothing);
    const report = usePartError();
    useEffect(warm, []);
    useEffect(() => {
      if (now && 'error' in now) report?.(now.error);
    }, [now, report]);
    if (!now) return place(<SkeletonRows />, props, false);
    if ('error' in now) return place(<PartFailed onRetry={retry} />, props, true);
    return <now.part {...props} ref={ref} />;
  });
  return Object.assign(Shown, { preload, warm: { onPointerEnter: warm, onFocus: warm } });
}

/** In the place of a card another one. */
export const cardPlace: PartPlace<object> = (content) => (
  <section className="fg-card fg-part-waiting">{content}</section>
);
