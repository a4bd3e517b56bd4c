import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildCli } from './build-cli.mjs';
import { buildPlayer } from './build-player.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';

const tool = (path) => join(root, 'node_modules', path);

/** The folders under packages/ and examples/ that have a build of their own, relative to the root. */
export function buildable(parent) {
  return readdirSync(join(root, parent))
    .map((name) => join(parent, name))
    .filter((folder) => existsSync(join(root, folder, 'tsup.config.ts')));
}

/** Removes every build, so that a file that was renamed leaves nothing behind. */
export function clean() {
  for (const folder of [...buildable('packages'), ...buildable('examples')]) {
    rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
  }
}

/** JavaScript of each folder given, side by side, and its stylesheets. Returns whether all succeeded. */
export async function buildJavaScript(folders) {
  const builds = folders.flatMap((folder) => {
    const cwd = join(root, folder);
    const builds = [
      run(process.execPath, [tool('tsup/dist/cli-default.js'), '--silent'], { cwd, quiet: true }),
    ];
    const styles = readdirSync(join(cwd, 'src')).filter((name) => name.endsWith('.css'));
    if (styles.length > 0) builds.push(buildStyles(cwd, styles));
    return builds;
  });
  const done = (await Promise.all(builds)).every((code) => code === 0);
  if (!done || (folders.includes(join('packages', 'server')) && (await buildCli()) !== 0)) return false;
  // It takes the place of what stands in for it in a checkout.
  return !folders.includes(join('packages', 'react')) || (await buildPlayer()) === 0;
}

/** Each published stylesheet with its imports inlined; layers, nesting and custom properties stay as written. */
async function buildStyles(cwd, names) {
  const { build } = await import('esbuild');
  const result = await build({
    absWorkingDir: cwd,
    entryPoints: names.map((name) => `src/${name}`),
    outdir: 'dist',
    bundle: true,
    logLevel: 'warning',
  }).catch(() => undefined);
  return result ? 0 : 1;
}

/** Declarations of every package, and a type check of everything else. */
export async function buildDeclarations() {
  return (await run(process.execPath, [tool('typescript/bin/tsc'), '-b'])) === 0;
}

/** The page of a package or an example, where it has one. */
export async function buildPage(folder) {
  if (!existsSync(join(root, folder, 'vite.config.ts'))) return true;
  const args = [tool('vite/bin/vite.js'), 'build', '--logLevel', 'warn'];
  return (await run(process.execPath, args, { cwd: join(root, folder), quiet: true })) === 0;
}
