import { describe, expect, it } from 'vitest';
import { formulaHtml } from './formula-html.js';
import { html } from './html.js';

describe('html', () => {
  it('escapes every value, in content and in attributes', () => {
    const value = `<script>"&'`;
    expect(html`<p title="${value}">${value}</p>`.markup).toBe(
      '<p title="&lt;script&gt;&quot;&amp;&#39;">&lt;script&gt;&quot;&amp;&#39;</p>',
    );
  });

  it('keeps markup, joins lists and leaves out what is absent', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`${items}${undefined}${3}`.markup).toBe('<li>a</li><li>&lt;b&gt;</li>3');
  });
});

describe('formulaHtml', () => {
  it('sets subscripts and escapes the rest', () => {
    expect(formulaHtml('mean_{a<b} ρ_ab < ‖X‖_F²').markup).toBe(
      '<span class="formula">mean<sub>a&lt;b</sub> ρ<sub>ab</sub> &lt; ‖X‖<sub>F</sub>²</span>',
    );
  });
});
