/** Who looks at the page, as the gateway tells it. */
export interface PageIdentity {
  readonly name?: string;
  readonly role: 'admin' | 'developer' | 'viewer';
  readonly mayCommand: boolean;
  /** Only a part of the fleet is shown. */
  readonly part: boolean;
  /** Milliseconds since the epoch, by the gateway's clock. */
  readonly expiresAt?: number;
}

const ROLES = ['admin', 'developer', 'viewer'] as const;

/** What `GET /api/v1/identity` answered; `undefined` for anything else, such as the page of a proxy. */
export function readIdentity(value: unknown): PageIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const told = value as { readonly [name: string]: unknown };
  const role = ROLES.find((known) => known === told['role']);
  const { name, expiresAt } = told;
  if (role === undefined || typeof told['mayCommand'] !== 'boolean') return undefined;
  return {
    role,
    mayCommand: told['mayCommand'],
    part: told['scope'] !== undefined,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
  };
}
