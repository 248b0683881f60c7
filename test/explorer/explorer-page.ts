import { expect } from 'vitest';
import type { Page } from 'playwright-core';

/** What the page tells of its work, as `data-` attributes of its root. */
export interface ExplorerStatus {
  /** Simulations asked for, and the one that is shown. */
  requested: number;
  shown: number;
  /** Paths of the picture that is shown. */
  paths: number;
  /** Simulations that the worker began, and those that it aborted for a newer one. */
  started: number;
  cancelled: number;
  state: string;
}

/** The page in the words of its tests. */
export class ExplorerPage {
  constructor(readonly page: Page) {}

  async status(): Promise<ExplorerStatus> {
    const data = await this.page.evaluate<Record<string, string | undefined>>(
      '({ ...document.documentElement.dataset })',
    );
    const number = (name: string) => Number(data[name] ?? 0);
    return {
      requested: number('requested'),
      shown: number('shown'),
      paths: number('paths'),
      started: number('started'),
      cancelled: number('cancelled'),
      state: data.state ?? 'none',
    };
  }

  /** Waits until the newest setting is shown, and until all its paths are there if so told. */
  async settled(states: readonly string[] = ['complete']): Promise<ExplorerStatus> {
    await expect
      .poll(async () => (await this.status()).state, { timeout: 60_000, interval: 20 })
      .toSatisfy((state: string) => states.includes(state));
    return this.status();
  }

  /** Shows a setting. */
  async open(url: string): Promise<void> {
    // Only the hash may differ from the page that is open: that alone would not load it anew.
    await this.page.goto('about:blank');
    await this.page.goto(url);
  }

  text(id: string): Promise<string> {
    return this.page.locator(`#${id}`).innerText();
  }

  /** The `d` of a mark of a chart. */
  async mark(chart: string, mark: string): Promise<string> {
    return (await this.page.locator(`#${chart} path.${mark}`).getAttribute('d')) ?? '';
  }
}
