import { FleetglassError } from '../errors/fleetglass-error.js';
import { assertPlain, assertSchema } from '../protocol/schema/check.js';
import { BUILTIN_ROLES } from './builtin-roles.js';
import { checkTemplate } from './prompt-template.js';
import type { Role } from './role.js';
import { roleSchema } from './role.js';
import type { PromptInput, RolePrompt } from './role-prompt.js';
import { renderRole } from './role-prompt.js';

/** The roles that work can be given to. */
export interface RoleRegistry {
  /**
   * Adds a role, or replaces the one of the same name.
   *
   * @throws FleetglassError `BAD_INPUT` for a malformed role or a template that names an unknown variable
   */
  register(role: Role): void;
  /** @throws FleetglassError `NOT_FOUND` */
  get(name: string): Role;
  has(name: string): boolean;
  /** Built-in roles first, then in the order of their registration. */
  list(): readonly Role[];
  /** What a model will be sent for this role and this work. @throws FleetglassError `NOT_FOUND` */
  preview(name: string, input: PromptInput): RolePrompt;
}

/**
 * Begins with ANALYST, PLANNER, BUILDER, TESTER, REVIEWER and DOCUMENTER.
 *
 * @param roles more of them, or replacements of those
 * @throws FleetglassError `BAD_INPUT` as {@link RoleRegistry.register}
 */
export function createRoleRegistry(roles: readonly Role[] = []): RoleRegistry {
  const known = new Map(BUILTIN_ROLES.map((role) => [role.name, role]));

  const get = (name: string): Role => {
    const role = known.get(name);
    if (role) return role;
    throw new FleetglassError(
      'NOT_FOUND',
      `There is no role '${name.slice(0, 64)}'; register it, or use ${[...known.keys()].join(', ')}.`,
    );
  };
  const register = (role: Role): void => {
    assertPlain(role, 'BAD_INPUT', 'A role');
    assertSchema(roleSchema, role, 'BAD_INPUT', 'The role');
    checkTemplate(role.system, `The system template of ${role.name}`);
    if (role.prompt !== undefined) checkTemplate(role.prompt, `The prompt template of ${role.name}`);
    known.set(role.name, structuredClone(role));
  };

  for (const role of roles) register(role);
  return {
    register,
    get,
    has: (name) => known.has(name),
    list: () => [...known.values()],
    preview: (name, input) => renderRole(get(name), input),
  };
}
