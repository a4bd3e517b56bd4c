/** Makes something when it is first asked for. The formats of a browser are dear, and a screen needs few of them. */
export function later<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
