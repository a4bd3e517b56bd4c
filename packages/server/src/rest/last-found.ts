/** What was found in a part of the state, until that part is another one: states share what did not change. */
export interface LastFound<Part extends object, T> {
  /** @param question text that is equal for equal questions about a part */
  get(question: string, part: Part, find: () => T): T;
}

/** @param most questions that are remembered, the ones asked last */
export function createLastFound<Part extends object, T>(most: number): LastFound<Part, T> {
  const answers = new Map<string, { readonly part: Part; readonly found: T }>();
  return {
    get(question, part, find) {
      const last = answers.get(question);
      const answer = last?.part === part ? last : { part, found: find() };
      answers.delete(question);
      answers.set(question, answer);
      if (answers.size > most) answers.delete(answers.keys().next().value as string);
      return answer.found;
    },
  };
}
