'use client';

import { useEffect } from 'react';
import { tell } from '../components/page';
import { results } from '../components/results';

/** Rendered by the server, and again in the browser. */
export function Client() {
  useEffect(() => void tell(), []);
  return <output>{JSON.stringify(results())}</output>;
}
