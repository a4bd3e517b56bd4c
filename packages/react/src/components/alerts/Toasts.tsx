'use client';

import type { AlertState, RunState } from '@fleetglass/core/client';
import { forwardRef, useCallback, useImperativeHandle, useMemo, useRef, useSyncExternalStore } from 'react';
import type { ComponentPropsWithoutRef, FocusEvent, KeyboardEvent, ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import type { Texts } from '../../context/monitor-context.js';
import type { Notice } from '../../context/notice-watch.js';
import { useAcknowledge } from '../../hooks/useAcknowledge.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';
import { LiveRegion } from '../live-region/LiveRegion.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { StatusShape } from '../status/StatusShape.js';
import { SeverityShape } from './SeverityBadge.js';
import { createToastQueue } from './toast-queue.js';
import { alertsLabels } from './alerts-labels.js';
import { toastsLabels } from './toasts-labels.js';

export interface ToastsProps extends ComponentPropsWithoutRef<'section'> {
  /** Asked to show what a notice is about; without it there is no such button. */
  readonly onOpen?: ((notice: Notice) => void) | undefined;
  /** Which notices appear; a constant or memoised. @default all */
  readonly wants?: ((notice: Notice) => boolean) | undefined;
}

const everything = (): boolean => true;

/**
 * What is new, in a corner of the provider's element: alerts, decisions and ends of runs, one after the other, three at
 * most; an alert can be taken on here. What needs nobody leaves by itself, unless it is looked at; nothing of what was
 * there at first appears. Place it last inside the provider. Renders again when one comes or goes.
 */
export const Toasts = forwardRef<HTMLElement, ToastsProps>(function Toasts(
  { onOpen, wants = everything, className, ...rest },
  ref,
) {
  const { notices, hub, clock } = useMonitorSource();
  const texts = useTexts();
  const queue = useMemo(() => createToastQueue(notices, hub, clock, wants), [notices, hub, clock, wants]);
  const { shown, waiting, arrived, recent } = useSyncExternalStore(
    queue.subscribe,
    queue.getView,
    queue.getView,
  );
  const root = useRef<HTMLElement>(null);
  useImperativeHandle(ref, () => root.current as HTMLElement);
  /** Where the focus was before it came here, and goes when nothing is left. */
  const origin = useRef<HTMLElement>(null);
  const words = texts.labels(toastsLabels);

  const onGone = useCallback((key: string): void => {
    const buttons = [...(root.current?.querySelectorAll<HTMLElement>('[data-dismiss]') ?? [])];
    const at = buttons.findIndex(({ dataset }) => dataset['dismiss'] === key);
    const next = buttons[at + 1] ?? buttons[at - 1];
    queueMicrotask(() => (next?.isConnected ? next : origin.current)?.focus());
  }, []);
  const dismissAll = (): void => {
    queue.dismissAll();
    origin.current?.focus();
  };
  const onFocus = ({ relatedTarget, currentTarget }: FocusEvent): void => {
    queue.hold(true);
    if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget))
      origin.current = relatedTarget;
  };
  const onBlur = ({ relatedTarget, currentTarget }: FocusEvent): void => {
    if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) queue.hold(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    const toast = (event.target as Element).closest<HTMLElement>('[data-toast]');
    const key = toast?.dataset['toast'] ?? shown[0]?.key;
    if (key !== undefined) queue.dismiss(key);
    event.stopPropagation();
  };
  return (
    <section
      ref={root}
      className={cx('fg-toasts', className)}
      aria-label={words.region}
      onPointerEnter={() => queue.hold(true)}
      onPointerLeave={() => queue.hold(false)}
      onFocus={onFocus}
      onBlur={onBlur}
      onKeyDown={onKeyDown}
      {...rest}
    >
      <LiveRegion
        position={arrived}
        summarise={(since) =>
          words.announce(
            recent.slice(-Math.max(1, arrived - since)).map((notice) => {
              const { kind, text } = describe(notice, texts);
              return words.one(kind, text);
            }),
          )
        }
      />
      {shown.length === 0 ? null : (
        <ol className="fg-toast-list">
          {shown.map((notice) => (
            <Toast
              key={notice.key}
              notice={notice}
              onOpen={onOpen}
              onDismiss={queue.dismiss}
              onGone={onGone}
            />
          ))}
          {waiting > 0 ? (
            <li className="fg-toast-more fg-quiet">
              {words.more(texts.format.count(waiting))}
              <button type="button" className="fg-link" onClick={dismissAll}>
                {words.dismissAll}
              </button>
            </li>
          ) : null}
        </ol>
      )}
    </section>
  );
});

function Toast({
  notice,
  onOpen,
  onDismiss,
  onGone,
}: {
  readonly notice: Notice;
  readonly onOpen: ToastsProps['onOpen'];
  readonly onDismiss: (key: string) => void;
  /** It goes while it has the focus. */
  readonly onGone: (key: string) => void;
}): ReactElement {
  const texts = useTexts();
  const { key } = notice;
  const item = useRef<HTMLLIElement>(null);
  useBrowserLayoutEffect(() => {
    const element = item.current;
    return () => {
      if (element?.contains(element.ownerDocument.activeElement)) onGone(key);
    };
  }, [key, onGone]);
  const { canAcknowledge, acknowledge, feedback } = useAcknowledge(
    notice.kind === 'alert' ? notice.alert : undefined,
  );
  const words = texts.labels(toastsLabels);
  const alertWords = texts.labels(alertsLabels);
  const { kind, text, severity, status } = describe(notice, texts);
  return (
    <li ref={item} className="fg-toast" data-toast={key} data-severity={severity} data-status={status}>
      {severity ? <SeverityShape severity={severity} /> : <StatusShape status={status} />}
      <div className="fg-lines">
        <p className="fg-toast-text">
          <strong>{kind}</strong> {text}
        </p>
        <p className="fg-notes">
          {canAcknowledge ? (
            <button
              type="button"
              className="fg-link"
              aria-label={alertWords.acknowledgeThis(text)}
              onClick={() => void acknowledge()}
            >
              {alertWords.acknowledge}
            </button>
          ) : null}
          {onOpen ? (
            <button
              type="button"
              className="fg-link"
              aria-label={words.openThis(text)}
              onClick={() => {
                onOpen(notice);
                onDismiss(key);
              }}
            >
              {words.open}
            </button>
          ) : null}
        </p>
        {feedback.phase === 'idle' ? null : <CommandFeedbackLine feedback={feedback} />}
      </div>
      <button
        type="button"
        className="fg-icon-button"
        data-variant="plain"
        data-dismiss={key}
        aria-label={words.dismiss(text)}
        onClick={() => onDismiss(key)}
      >
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="m2 2 8 8M10 2l-8 8" />
        </svg>
      </button>
    </li>
  );
}

type Described = { readonly kind: string; readonly text: string } & (
  | { readonly severity: AlertState['severity']; readonly status?: undefined }
  | { readonly severity?: undefined; readonly status: RunState['status'] }
);

function describe(notice: Notice, { labels }: Texts): Described {
  const words = labels(toastsLabels);
  if (notice.kind === 'alert') {
    const { severity, message } = notice.alert;
    return { kind: labels(alertsLabels).severity[severity], text: plainText(message), severity };
  }
  if (notice.kind === 'approval')
    return { kind: words.approval, text: plainText(notice.approval.title), status: 'waiting' };
  const { status, name } = notice.run;
  return { kind: words.ended[status] ?? words.endedOther, text: plainText(name), status };
}
