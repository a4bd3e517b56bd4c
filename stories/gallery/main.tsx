import type { Theme } from '@fleetglass/react';
import '@fleetglass/react/styles.css';
import '@fleetglass/react/dashboard.css';
import { createRoot } from 'react-dom/client';
import type { Scenes } from './scene.js';

/*
 * One scene a page, chosen by the query: `?scene=panel-normal&theme=dark`. Without one, the names of all of them.
 * The screenshots are taken of it.
 */
const files = import.meta.glob<{ readonly scenes: Scenes }>('./scenes/*.tsx', { eager: true });
const scenes = Object.values(files).reduce<Scenes>((all, file) => ({ ...all, ...file.scenes }), {});
const query = new URLSearchParams(location.search);
const Scene = scenes[query.get('scene') ?? ''];

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    Scene ? (
      <Scene
        theme={(query.get('theme') ?? 'light') as Theme}
        style={{ minHeight: '100vh', background: 'var(--fg-bg)' }}
      />
    ) : (
      <ul id="scenes">
        {Object.keys(scenes).map((name) => (
          <li key={name}>
            <a href={`?scene=${name}`}>{name}</a>
          </li>
        ))}
      </ul>
    ),
  );
}
