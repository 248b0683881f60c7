/**
 * Relative changes below this are float32 rounding of the network over some hundred layers, and the
 * epsilon (1e-6) of its norms, not a law to be tested.
 */
export const ROUNDING = 1e-5;
