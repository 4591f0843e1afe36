import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type Role = 'ADMIN' | 'DOCTOR' | 'DENTIST' | 'NURSE' | 'STAFF' | 'STUDENT' | 'FACULTY';

interface Demo {
  ca: string;
  nodes: { name: string; kind: 'hub' | 'edge'; url: string }[];
  accounts: { email: string; role: Role; password: string }[];
}

const root = resolve(import.meta.dirname, '../..');
const path = resolve(process.env['HIMSOG_DEMO'] ?? join(root, 'var/demo/demo.json'));

if (!existsSync(path)) throw new Error('No demo campus: start it with ./dev run --detach');

export const demo = JSON.parse(readFileSync(path, 'utf8')) as Demo;

export function node(name: 'hub' | 'talamban' | 'downtown') {
  const found = demo.nodes.find((one) => one.name === name);
  if (!found) throw new Error(`The demo has no node ${name}`);
  return found;
}

export function account(role: Role) {
  const found = demo.accounts.find((one) => one.role === role);
  if (!found) throw new Error(`The demo has no ${role}`);
  return found;
}

/** Pulls a cable, or puts it back: comes back when the node has ended, or is ready. */
export function dev(what: 'stop' | 'start', name?: 'hub' | 'talamban' | 'downtown') {
  const campus = { HIMSOG_DEMO_DIR: dirname(path), HIMSOG_DEMO_PORT_BASE: new URL(node('hub').url).port };
  execFileSync(join(root, 'dev'), name ? [what, name] : [what], {
    env: { ...process.env, ...campus },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

export const chromium = process.env['HIMSOG_CHROMIUM'] ?? '/usr/bin/chromium';

export const chromiumArgs = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--headless',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A home of the browser's own whose certificate store trusts the demo's CA, and nothing on this machine does. */
export function browserHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'himsog-browser-'));
  const store = join(home, '.pki/nssdb');
  mkdirSync(store, { recursive: true });
  execFileSync('certutil', ['-d', `sql:${store}`, '-N', '--empty-password']);
  execFileSync('certutil', ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'himsog demo', '-i', demo.ca]);
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}
