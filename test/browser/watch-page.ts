import type { BrowserContext, Page } from 'playwright-core';

/** Collects uncaught errors, console errors and requests to anywhere but the given address. */
export function watchPage(context: BrowserContext, page: Page, url: string): string[] {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  context.on('request', (request) => {
    const asked = request.url();
    if (!/^(data|blob):/.test(asked) && !asked.startsWith(`${url}/`)) {
      troubles.push(`request: ${asked}`);
    }
  });
  context.on('requestfailed', (request) => troubles.push(`failed: ${request.url()}`));
  return troubles;
}
