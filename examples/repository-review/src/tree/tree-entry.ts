/** What a file is for, judged by its path alone. */
export type FileKind = 'source' | 'test' | 'script' | 'config' | 'document';

/** A file that can be reviewed. */
export type TreeEntry = {
  /** Relative to the reviewed folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly kind: FileKind;
  /** Recent commits that touched it. */
  readonly commits: number;
};

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|py|rb|go|rs|java|kt|cs|php|swift|scala|c|cc|cpp|h|hpp)$/i;
const SCRIPT = /\.(?:sh|bash|zsh|ps1|sql|html|css|scss|less|graphql|proto)$/i;
const CONFIG =
  /\.(?:json|jsonc|ya?ml|toml|ini|cfg|conf|properties|env|xml)$|(?:^|\/)(?:dockerfile|makefile|\.env[^/]*|\.npmrc)$/i;
const DOCUMENT = /\.(?:md|mdx|txt|rst|adoc)$/i;
const TEST = /(?:^|\/)(?:tests?|__tests__|e2e|spec)\/|\.(?:test|spec|e2e)\.[^/]+$|(?:^|\/)test_[^/]+\.py$/i;
const GENERATED =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|[^/]+\.min\.(?:js|css)|[^/]+\.(?:map|snap|lock))$/i;

/** The kind of a path, or `undefined` for what nobody reviews: images, archives, lockfiles, generated code. */
export function kindOf(path: string): FileKind | undefined {
  if (GENERATED.test(path)) return undefined;
  if (SOURCE.test(path)) return TEST.test(path) ? 'test' : 'source';
  if (SCRIPT.test(path)) return 'script';
  if (CONFIG.test(path)) return 'config';
  if (DOCUMENT.test(path)) return 'document';
  return undefined;
}

/** Whether TypeScript's parser reads it. */
export function isScript(path: string): boolean {
  return /\.[cm]?[jt]sx?$/i.test(path);
}
