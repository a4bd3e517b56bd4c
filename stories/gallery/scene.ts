import type { MonitorProviderProps } from '@fleetglass/react';
import type { ReactElement } from 'react';

/** What a picture asks of its provider. */
export type SceneProps = Pick<MonitorProviderProps, 'density' | 'dir' | 'style' | 'theme'>;

/** One picture, in any theme and width. */
export type Scene = (props: SceneProps) => ReactElement;

/** Scenes by name; a file of `scenes/` exports one as `scenes`. */
export type Scenes = { readonly [name: string]: Scene };
