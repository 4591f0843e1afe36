// Starts Playwright's runner, or the pictures, with a home whose certificate store trusts the demo's CA.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { browserHome } from './demo.ts';

const [what = 'test', ...rest] = process.argv.slice(2);
const { home, remove } = browserHome();
const commands: Record<string, string[]> = {
  test: ['node_modules/@playwright/test/cli.js', 'test', '--config', 'e2e/playwright.config.ts', ...rest],
  shots: ['e2e/shots.ts', ...rest],
};
const ran = spawnSync(process.execPath, commands[what] ?? [], {
  cwd: resolve(import.meta.dirname, '..'),
  stdio: 'inherit',
  env: { ...process.env, HOME: home, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
});
remove();
process.exitCode = ran.status ?? 1;
