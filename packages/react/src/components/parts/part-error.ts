'use client';

import { createContext, useContext } from 'react';

type ReportPartError = ((error: unknown) => void) | undefined;

export const PartErrorContext = createContext<ReportPartError>(undefined);

/** Who is told that a part could not be shown: what the nearest boundary was given. */
export const usePartError = (): ReportPartError => useContext(PartErrorContext);
