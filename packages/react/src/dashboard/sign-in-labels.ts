import { defineLabels } from '../labels/define-labels.js';

export interface SignInLabels {
  readonly heading: string;
  /** Heading in place of it, while it is not known whether a token is needed. */
  readonly unanswered: string;
  readonly why: string;
  /** Before the command that makes a token. */
  readonly whereFrom: string;
  readonly token: string;
  readonly keep: string;
  readonly keepHint: string;
  readonly submit: string;
  readonly checking: string;
  readonly retry: string;
  readonly empty: string;
  readonly malformed: string;
  readonly refused: string;
  readonly forbidden: string;
  readonly ended: string;
  readonly expired: string;
  /** The time is empty where nobody told it. */
  readonly limited: (time: string) => string;
  readonly unreachable: (time: string) => string;
  readonly signedOut: string;
}

export const signInLabels = defineLabels<SignInLabels>('signIn', {
  heading: 'Sign in',
  unanswered: 'No answer from the gateway',
  why: 'This gateway shows its runs to whoever has a token.',
  whereFrom: 'Ask the person who runs it for one; they create it with',
  token: 'Token',
  keep: 'Keep in this tab',
  keepHint: 'Until the tab is closed or you sign out. Otherwise a reload asks again.',
  submit: 'Sign in',
  checking: 'Checking …',
  retry: 'Try again',
  empty: 'Enter a token.',
  malformed: 'This is no token: it has spaces or letters in it that no token has. Copy it once more.',
  refused:
    'This token is not accepted. Check that you copied all of it; it may also have expired or been revoked.',
  forbidden: 'This token is known, but nothing is served for it here. Ask for another one.',
  ended:
    'Your token is no longer accepted: it was revoked or replaced, or has expired. With another one you go on where you were.',
  expired: 'Your token has expired. With a new one you go on where you were.',
  limited: (time) =>
    time === '' ? 'Too many attempts. Wait a minute.' : `Too many attempts. Try again after ${time}.`,
  unreachable: (time) =>
    time === '' ? 'The gateway does not answer. Try again in a moment.' : `It is asked again at ${time}.`,
  signedOut: 'You are signed out, and the token is forgotten here.',
});
