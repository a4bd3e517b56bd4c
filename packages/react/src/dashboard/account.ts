/** Who is signed in, as a gateway tells it at `/api/v1/identity`. */
export interface DashboardAccount {
  /** @default nobody has told it */
  readonly name?: string;
  readonly role: 'admin' | 'developer' | 'viewer';
  /** Only a part of the fleet is shown. @default false */
  readonly part?: boolean;
  /** Milliseconds since the epoch. @default it does not end */
  readonly expiresAt?: number;
  readonly onSignOut: () => void;
}
