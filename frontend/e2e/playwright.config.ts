import { defineConfig } from '@playwright/test';
import { chromium, chromiumArgs, node } from './demo.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '.out',
  // One campus serves all tests, and two cores serve campus and browser.
  workers: 1,
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: node('talamban').url,
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    timezoneId: 'America/New_York',
    launchOptions: { executablePath: chromium, args: chromiumArgs },
    screenshot: 'only-on-failure',
  },
});
