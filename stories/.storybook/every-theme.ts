import axe from 'axe-core';

const THEMES = ['light', 'dark', 'industrial'] as const;

/**
 * Looks at what a story has drawn in every theme, after its play function. The story's own theme is checked by the
 * addon; here only what depends on colours is, which is what a theme changes.
 *
 * @throws Error that names the theme, the rule and the places
 */
export async function checkEveryTheme(canvas: HTMLElement): Promise<void> {
  const roots = [...canvas.querySelectorAll<HTMLElement>('.fg-root')];
  const before = roots.map((root) => root.dataset['theme']);
  for (const theme of THEMES) {
    for (const root of roots) root.dataset['theme'] = theme;
    const { violations } = await axe.run(canvas, { runOnly: ['color-contrast'] });
    const [first] = violations;
    if (!first) continue;
    const places = first.nodes.map(({ html, failureSummary = '' }) => `${html}\n${failureSummary}`);
    throw new Error(`In the theme ${theme}: ${first.help}:\n${places.slice(0, 5).join('\n')}`);
  }
  for (const [index, root] of roots.entries()) {
    const theme = before[index];
    if (theme === undefined) delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
  }
}
