import { z } from 'zod';

/** A positive integer. */
export const count = () => z.int().positive();
