'use client';

import { useEffect, useLayoutEffect } from 'react';

/** `useLayoutEffect` where there is a layout; on a server, where React 18 would complain, it never runs. */
export const useBrowserLayoutEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;
