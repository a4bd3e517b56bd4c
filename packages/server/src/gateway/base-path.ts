import { FleetglassError } from '@fleetglass/core';

/**
 * Brings a path prefix into the form `/a/b`, or '' for none.
 *
 * @throws FleetglassError `BAD_INPUT` when it is no path
 */
export function normaliseBasePath(basePath = ''): string {
  const path = basePath.replace(/(?<!\/)\/+$/, '');
  if (path !== '' && !/^(?:\/[\w.~-]+)+$/.test(path)) {
    throw new FleetglassError(
      'BAD_INPUT',
      `\`basePath\` is a path such as "/fleet", not ${JSON.stringify(basePath)}: correct it.`,
    );
  }
  return path;
}

/** What stands behind the prefix, beginning with a slash; `undefined` for a path that is not below it. */
export function pathBelow(basePath: string, path: string): string | undefined {
  if (basePath === '') return path;
  if (path === basePath) return '/';
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
}
