import type { Verdict } from '../../check/finding.js';
import { html, type Html } from './html.js';

const SIGNS: Record<Verdict, string> = { PASS: '✓', FAIL: '✗', INCONCLUSIVE: '?' };

/** A verdict as sign and word, in its colour; the colour is never the only mark. */
export function verdictBadge(verdict: Verdict): Html {
  return html`<span class="verdict ${verdict.toLowerCase()}"
    ><span aria-hidden="true">${SIGNS[verdict]}</span> ${verdict}</span
  >`;
}
