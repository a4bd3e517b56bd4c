'use client';

import { useId } from 'react';

/** An id that can stand in `url(#…)`. */
export const usePatternId = (): string => `fg-p${useId().replaceAll(/[^\w-]/g, '')}`;
