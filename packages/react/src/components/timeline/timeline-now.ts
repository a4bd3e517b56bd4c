'use client';

import { createContext, useContext } from 'react';

/**
 * The present of a timeline in milliseconds since the epoch, for the few texts that tell how long something has been
 * running, and for what grows with it: that is drawn once and cut off here.
 */
export const TimelineNow = createContext(0);

/** Renders again whenever the present moves on. */
export const useTimelineNow = (): number => useContext(TimelineNow);
