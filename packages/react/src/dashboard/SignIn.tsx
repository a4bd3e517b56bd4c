'use client';

import { useEffect, useId, useRef, useState } from 'react';
import type { ReactElement, ReactNode, SyntheticEvent } from 'react';
import { LookRoot } from '../context/LookRoot.js';
import type { LookProps } from '../context/LookRoot.js';
import { useTexts } from '../context/monitor-context.js';
import type { Texts } from '../context/monitor-context.js';
import { cx } from '../lib/cx.js';
import { signInLabels } from './sign-in-labels.js';

/**
 * Why a token is asked for, or could not be checked. `refused`: it opens nothing; `forbidden`: nothing is served for it;
 * `ended`, `expired`: it served until now; `limited`: too many attempts; `unreachable`: nobody answered; `signedOut`: the
 * person left.
 */
export type SignInReason =
  'refused' | 'forbidden' | 'ended' | 'expired' | 'limited' | 'unreachable' | 'signedOut';

/** What is said above the form. */
export interface SignInProblem {
  readonly reason: SignInReason;
  /** Milliseconds since the epoch: when the next attempt is worth it. */
  readonly retryAt?: number;
}

export interface SignInProps extends Omit<LookProps, 'children' | 'onSubmit'> {
  /** Above the form: whose page this is. */
  readonly brand?: ReactNode;
  readonly problem?: SignInProblem | undefined;
  /** A token is being checked. @default false */
  readonly checking?: boolean;
  /** Told the token that was entered, and whether it shall outlive a reload of the page. */
  readonly onSignIn: (token: string, keep: boolean) => void;
  /** Given while nobody knows whether a token is needed, because the gateway has not answered: a button in place of the form. */
  readonly onRetry?: (() => void) | undefined;
  /** Told what the page shows, for the document's title. Pass a constant or a memoised function. */
  readonly onTitle?: (title: string) => void;
}

/** Visible ASCII: what a header can carry. */
const TOKEN_FORM = /^[\x21-\x7e]+$/;
/** About these the entry itself is at fault. */
const ABOUT_ENTRY: ReadonlySet<string> = new Set<SignInReason | 'empty' | 'malformed'>([
  'refused',
  'forbidden',
  'empty',
  'malformed',
]);

/**
 * Asks for the token of a gateway, before there is anything to monitor. It brings its own look and language, keeps nothing
 * and hands what was entered to `onSignIn`. The token is never written into the document. Renders again with its props.
 */
export function SignIn({
  brand,
  problem,
  checking = false,
  onSignIn,
  onRetry,
  onTitle,
  className,
  ...look
}: SignInProps): ReactElement {
  return (
    <LookRoot className={cx('fg-sign-in', className)} {...look}>
      {brand === undefined ? null : (
        <header className="fg-sign-in-top">
          <div className="fg-brand">{brand}</div>
        </header>
      )}
      <main className="fg-sign-in-main">
        {onRetry ? (
          <Unanswered problem={problem} onRetry={onRetry} onTitle={onTitle} />
        ) : (
          <TokenForm problem={problem} checking={checking} onSignIn={onSignIn} onTitle={onTitle} />
        )}
      </main>
    </LookRoot>
  );
}

interface Titled {
  readonly problem: SignInProblem | undefined;
  readonly onTitle: ((title: string) => void) | undefined;
}

function useTitle(title: string, onTitle: Titled['onTitle']): void {
  useEffect(() => onTitle?.(title), [title, onTitle]);
}

function Unanswered({ problem, onRetry, onTitle }: Titled & { readonly onRetry: () => void }): ReactElement {
  const texts = useTexts();
  const words = texts.labels(signInLabels);
  useTitle(words.unanswered, onTitle);
  return (
    <div className="fg-card fg-sign-in-card">
      <h1 className="fg-page-title">{words.unanswered}</h1>
      <p role="alert">{textOf(problem ?? { reason: 'unreachable' }, texts)}</p>
      <div className="fg-buttons">
        <button type="button" className="fg-button" data-variant="primary" onClick={onRetry}>
          {words.retry}
        </button>
      </div>
    </div>
  );
}

interface TokenFormProps extends Titled {
  readonly checking: boolean;
  readonly onSignIn: SignInProps['onSignIn'];
}

function TokenForm({ problem, checking, onSignIn, onTitle }: TokenFormProps): ReactElement {
  const texts = useTexts();
  const words = texts.labels(signInLabels);
  const [tokenId, messageId, keepId, hintId] = [useId(), useId(), useId(), useId()];
  // What was entered lives in the field alone: React would copy the value of a controlled one into the document.
  const field = useRef<HTMLInputElement>(null);
  const keep = useRef<HTMLInputElement>(null);
  const [mistake, setMistake] = useState<'empty' | 'malformed'>();
  useTitle(words.heading, onTitle);
  useEffect(() => {
    const element = field.current;
    if (!element || checking) return;
    // An entry that opens nothing is not left standing; one that could not be checked is.
    if (problem && ABOUT_ENTRY.has(problem.reason)) element.value = '';
    element.focus();
  }, [problem, checking]);

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (checking) return;
    const token = field.current?.value.trim() ?? '';
    const wrong = token === '' ? 'empty' : TOKEN_FORM.test(token) ? undefined : 'malformed';
    setMistake(wrong);
    if (wrong === undefined) onSignIn(token, keep.current?.checked === true);
    else field.current?.focus();
  };

  const reason = mistake ?? problem?.reason;
  const isAboutEntry = reason !== undefined && ABOUT_ENTRY.has(reason) && !checking;
  const message = mistake ? words[mistake] : problem ? textOf(problem, texts) : undefined;
  const isNews = reason === 'signedOut';
  return (
    <div className="fg-card fg-sign-in-card">
      <h1 className="fg-page-title">{words.heading}</h1>
      <p className="fg-soft">
        {words.why} {words.whereFrom} <code className="fg-code">fleetglass token create</code>.
      </p>
      <div id={messageId} role={isNews ? 'status' : 'alert'}>
        {message === undefined || checking ? null : (
          <p className="fg-banner" data-tone={isNews ? 'info' : 'error'}>
            {message}
          </p>
        )}
      </div>
      {/* Should the script be gone, the browser must not write the token into an address. */}
      <form method="post" className="fg-sign-in-form" noValidate onSubmit={submit}>
        <div className="fg-form-field">
          <label htmlFor={tokenId}>{words.token}</label>
          <input
            ref={field}
            id={tokenId}
            className="fg-input"
            type="password"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            required
            readOnly={checking}
            aria-invalid={isAboutEntry || undefined}
            aria-describedby={message === undefined ? undefined : messageId}
          />
        </div>
        <div className="fg-sign-in-keep">
          <input ref={keep} id={keepId} type="checkbox" aria-describedby={hintId} />
          <label htmlFor={keepId}>{words.keep}</label>
          <p id={hintId} className="fg-quiet">
            {words.keepHint}
          </p>
        </div>
        <button
          type="submit"
          className="fg-button"
          data-variant="primary"
          aria-disabled={checking || undefined}
        >
          {checking ? words.checking : words.submit}
        </button>
      </form>
    </div>
  );
}

function textOf({ reason, retryAt }: SignInProblem, { labels, format }: Texts): string {
  const text = labels(signInLabels)[reason];
  return typeof text === 'string' ? text : text(retryAt === undefined ? '' : format.time(retryAt));
}
