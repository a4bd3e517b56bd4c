/** A graph of nodes one after the other, for any library that builds graphs the same way. */
export function chain(graph, length, start, end, node) {
  for (let i = 0; i < length; i += 1) graph.addNode(`n${i}`, node);
  graph.addEdge(start, 'n0');
  for (let i = 1; i < length; i += 1) graph.addEdge(`n${i - 1}`, `n${i}`);
  graph.addEdge(`n${length - 1}`, end);
  return graph;
}

/** Adds one; waits for nothing. */
export const count = async (state) => ({ n: (state.n ?? 0) + 1 });
