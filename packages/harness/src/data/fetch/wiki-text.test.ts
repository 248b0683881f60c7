import { describe, expect, it } from 'vitest';
import { resolveEntities, wikiProse } from './wiki-text.js';

describe('resolveEntities', () => {
  it('resolves names and numbers, and leaves what is none', () => {
    expect(
      resolveEntities('a &lt;b&gt; &amp; &quot;c&quot;&nbsp;&#8211;&#x2014; AT&T &nosuch;'),
    ).toBe('a <b> & "c" –— AT&T &nosuch;');
    expect(resolveEntities('&#x110000;')).toBe('&#x110000;');
  });
});

describe('wikiProse', () => {
  it.each([
    [
      'links',
      'a [[Target|shown]] and [[plain]] [http://x.org named] [http://x.org]',
      'a shown and plain named',
    ],
    ['emphasis', "''a'' and '''b''' and '''''c'''''", 'a and b and c'],
    ['templates, nested', 'a {{b|{{c}}|d}} e', 'a e'],
    ['tables with templates', 'a\n{| class="x"\n| {{b}} || c\n|}\nd', 'a\n\nd'],
    ['pictures with links in their captions', '[[File:a.jpg|thumb|A [[b|c]] d]]e', 'e'],
    ['categories and other languages', 'a\n[[Category:b]]\n[[fr:c]]', 'a'],
    ['references', 'a<ref name="x">b {{c}}</ref> d<ref name="y" />', 'a d'],
    ['comments and tags', 'a<!-- b\nc --><br/> <small>d</small>', 'a d'],
    ['entities in prose', 'a&nbsp;b &ndash; c', 'a b – c'],
    ['lists', 'a\n* b\n# c\n: d\ne', 'a\ne'],
    ['headings', 'a\n== B ==\nc\n=== D ===\ne', 'a\nB\nc\nD\ne'],
    ['sections of links', 'a\n== See also ==\nb\n== References ==\nc\n== D ==\ne', 'a\nD\ne'],
    ['brackets that a template left empty', 'A ({{lang|b}}) c', 'A c'],
    ['formulas', 'a <math>x < y</math> b', 'a b'],
  ])('leaves no markup of %s', (_what, wikitext, prose) => {
    expect(wikiProse(wikitext)).toBe(prose);
  });

  it('leaves text with braces that do not pair up', () => {
    expect(wikiProse('a {{b c')).toBe('a {{b c');
  });
});
