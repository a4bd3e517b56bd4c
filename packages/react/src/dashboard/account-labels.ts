import { defineLabels } from '../labels/define-labels.js';
import type { DashboardAccount } from './account.js';

export interface AccountLabels {
  /** What the button is called; the name is empty where there is none. */
  readonly button: (name: string) => string;
  readonly name: string;
  readonly unnamed: string;
  readonly role: string;
  readonly roles: { readonly [R in DashboardAccount['role']]: string };
  /** What the role is for. */
  readonly rights: { readonly [R in DashboardAccount['role']]: string };
  /** In place of the rights, where they are good for nothing here. */
  readonly readOnly: string;
  readonly part: string;
  readonly until: string;
  readonly signOut: string;
}

export const accountLabels = defineLabels<AccountLabels>('account', {
  button: (name) => (name === '' ? 'Signed in' : `Signed in as ${name}`),
  name: 'Signed in as',
  unnamed: 'holder of a token',
  role: 'Role',
  roles: { admin: 'Admin', developer: 'Developer', viewer: 'Viewer' },
  rights: {
    admin: 'Watches, steers and manages runs',
    developer: 'Watches and steers runs',
    viewer: 'Watches runs',
  },
  readOnly:
    'Nothing can be steered from here: this gateway only shows runs, or the token reaches no whole run.',
  part: 'Only a part of the fleet is shown.',
  until: 'Until',
  signOut: 'Sign out',
});
