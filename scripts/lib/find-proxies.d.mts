/** The path of a proxy where it is installed. */
export function installedProxy(name: 'nginx' | 'haproxy' | 'caddy'): string | undefined;
