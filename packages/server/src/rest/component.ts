/**
 * Metadata of a schema that has a name in the OpenAPI document, as the generator of it reads them. What is made from the
 * schema by `describe`, `optional` and the like refers to the name; more fields come by `and`, since `extend` copies. Not
 * zod's `id`: ids are one list for the whole process, and a host may keep the names of its own schemas there.
 */
export const component = (name: string, description?: string) => ({
  ...(description === undefined ? {} : { description }),
  _internal: { refId: name },
});
