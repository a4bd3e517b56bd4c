/** The path of nginx where it is installed. */
export function installedNginx(): string | undefined;
