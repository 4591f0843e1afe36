import { defineConfig } from '@playwright/test';
import { chromium, chromiumArgs, node } from './demo.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '.out',
  // One campus serves all tests, and two cores serve campus and browser.
  workers: 1,
  fullyParallel: false,
  // A step that hangs is noticed by its own limit; the sum of many steps on a busy machine is no reason to fail.
  timeout: 600_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: node('talamban').url,
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    timezoneId: 'America/New_York',
    actionTimeout: 30_000,
    navigationTimeout: 60_000,
    launchOptions: { executablePath: chromium, args: chromiumArgs },
    screenshot: 'only-on-failure',
  },
});
