import type { FileKind, TreeEntry } from './tree-entry.js';

const KIND_WEIGHT: Readonly<Record<FileKind, number>> = {
  source: 1,
  script: 0.6,
  test: 0.5,
  config: 0.4,
  document: 0.2,
};

/**
 * How much a file deserves to be read: `kind × (1 + log2(1 + kB) + 1.5 × log2(1 + commits))`. Large files and files
 * that change often hold most of what a reviewer finds; logarithms keep one huge file from ruling out the rest.
 */
export function interestOf(entry: TreeEntry): number {
  const size = Math.log2(1 + entry.bytes / 1024);
  const churn = Math.log2(1 + entry.commits);
  return KIND_WEIGHT[entry.kind] * (1 + size + 1.5 * churn);
}

/** The `count` most interesting entries, most interesting first; equal ones by path. */
export function chooseFiles(entries: readonly TreeEntry[], count: number): readonly TreeEntry[] {
  return entries
    .map((entry) => ({ entry, interest: interestOf(entry) }))
    .sort((a, b) => b.interest - a.interest || (a.entry.path < b.entry.path ? -1 : 1))
    .slice(0, count)
    .map(({ entry }) => entry);
}

/**
 * The same files, those of one project (the nearest folder with a `tsconfig.json` among `entries`) after each other, so
 * that whoever type-checks them loads one project at a time. The order of interest holds within and among projects.
 */
export function groupByProject(
  chosen: readonly TreeEntry[],
  entries: readonly TreeEntry[],
): readonly TreeEntry[] {
  const projects = new Set(
    entries.flatMap(({ path }) => (/(?:^|\/)tsconfig\.json$/.test(path) ? [folderOf(path)] : [])),
  );
  const groups = new Map<string, TreeEntry[]>();
  for (const entry of chosen) {
    let folder = folderOf(entry.path);
    while (folder !== '' && !projects.has(folder)) folder = folderOf(folder);
    groups.set(folder, [...(groups.get(folder) ?? []), entry]);
  }
  return [...groups.values()].flat();
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
