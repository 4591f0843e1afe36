// Pictures of every page, in light and dark, on a phone and on a desk, from the running demo into docs/shots/.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium as browsers, expect, type Browser, type Page } from '@playwright/test';
import { account, chromium, chromiumArgs, dev, node, type Role } from './demo.ts';
import { call, find, register, settled, signIn, versionAt } from './pages.ts';

const folder = process.env['HIMSOG_SHOTS'] ?? resolve(import.meta.dirname, '../../docs/shots');
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (name.endsWith('.png')) rmSync(join(folder, name));

const sizes = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
] as const;
const patience = { timeout: 30_000 };

// Layers find their place anew a moment after the window changed.
const placedMs = 250;

/** `shown` names what the picture is about, where that may lie below the fold. */
async function shoot(page: Page, name: string, shown?: string) {
  await page.mouse.move(0, 0);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of sizes) {
      await page.setViewportSize(size);
      await settled(page);
      if (shown) await page.locator(shown).evaluate((one) => one.scrollIntoView({ block: 'end' }));
      await page.waitForTimeout(placedMs);
      const path = join(folder, `${name}-${colorScheme}-${size.width}.png`);
      await page.screenshot({ path, caret: 'hide', animations: 'disabled' });
    }
  }
  await page.setViewportSize(sizes[1]);
  await page.emulateMedia({ colorScheme: 'light' });
}

async function someone(browser: Browser, role: Role, where: 'hub' | 'talamban' | 'downtown') {
  const context = await browser.newContext({ viewport: sizes[1], baseURL: node(where).url });
  const page = await context.newPage();
  // A form that is left half written asks first.
  page.on('dialog', (dialog) => void dialog.accept());
  await signIn(page, role, where);
  return page;
}

async function go(page: Page, path: string, there: string) {
  await page.goto(path);
  await page.locator(there).first().waitFor();
  await settled(page);
}

interface Listed<T> {
  results: T[];
}
interface Person {
  id: string;
}

/** A moment on the clinic's clock, some days back. */
function daysAgo(days: number, time: string): string {
  const date = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  return `${date}T${time}:00+08:00`;
}

const body = (weight: number) => ({ weight, height: 160, bmi: Math.round((weight / 2.56) * 10) / 10 });

const story = [
  {
    visit_date: daysAgo(808, '11:15'),
    diagnosis: 'Reaction to amoxicillin',
    concern: 'Hives and trouble breathing after the first dose',
    treatment: 'Adrenaline, oxygen, sent to hospital',
    vital_signs: {
      blood_pressure: '104/66',
      temperature: 36.9,
      pulse_rate: 118,
      respiratory_rate: 24,
      oxygen_saturation: 93,
      ...body(53.2),
    },
  },
  {
    visit_date: daysAgo(644, '13:48'),
    diagnosis: 'Asthma, mild attack',
    concern: 'Wheezing since the morning',
    treatment: 'Nebulised once, home after 40 minutes',
    vital_signs: { blood_pressure: '112/70', temperature: 36.6, pulse_rate: 98, ...body(54.1) },
  },
  {
    visit_date: daysAgo(470, '08:30'),
    diagnosis: 'Yearly physical examination',
    concern: 'Fit for class',
    treatment: 'None needed, next in a year',
    vital_signs: { blood_pressure: '116/74', temperature: 36.5, pulse_rate: 76, ...body(54.8) },
  },
  {
    visit_date: daysAgo(258, '09:05'),
    diagnosis: 'Tension-type headache',
    concern: 'Headache after two nights of study',
    treatment: 'Paracetamol 500 mg, sleep',
    vital_signs: { blood_pressure: '124/82', temperature: 36.7, pulse_rate: 82, ...body(56) },
  },
  {
    visit_date: daysAgo(113, '08:40'),
    diagnosis: 'Yearly physical examination',
    concern: 'Fit for class',
    treatment: 'None needed, next in a year',
    vital_signs: { blood_pressure: '114/72', temperature: 36.4, pulse_rate: 74, ...body(56.2) },
  },
  {
    visit_date: daysAgo(5, '10:40'),
    diagnosis: 'Common cold',
    concern: 'Runny nose and cough for two days, no chest pain, sleeps well',
    treatment: 'Paracetamol 500 mg every 6 hours when feverish. Fluids. Rest one day.',
    physical_examination: { heent: 'Throat slightly red, no exudate', lungs: 'Clear' },
    vital_signs: {
      blood_pressure: '112/72',
      temperature: 37.8,
      pulse_rate: 84,
      respiratory_rate: 18,
      oxygen_saturation: 98,
      ...body(56.5),
    },
  },
];

const newVisit = (page: Page, patient: string, visit: object) =>
  call<{ record: { id: string } }>(page, 'POST', '/api/patients/medical-records/', { patient, ...visit });

/** Found by what `search` looks at: names, number, e-mail. */
async function idOf(page: Page, name: string): Promise<string | undefined> {
  const path = `/api/patients/patients/?page=1&search=${encodeURIComponent(name)}`;
  return (await call<Listed<Person>>(page, 'GET', path)).results[0]?.id;
}

/** A chart whose visits tell a story: made once, found again on the next run. */
async function villaflor(page: Page): Promise<string> {
  const before = await idOf(page, '21104587');
  if (before) return before;
  const { id } = await register(page, {
    first_name: 'Ma. Andrea',
    middle_name: 'Solis',
    last_name: 'Villaflor',
    date_of_birth: '2006-03-14',
    usc_id: '21104587',
    course: 'BS Nursing',
    year_level: '3',
    phone_number: '09175550163',
    address: 'Kasambagan, Cebu City',
    allergies: 'Penicillin (hives, trouble breathing), shrimp (itching)',
    medications: 'Salbutamol inhaler, when needed',
    existing_medical_condition: 'Asthma, since childhood',
    emergency_contact: 'Teresita Villaflor (mother)',
    emergency_contact_number: '09175550142',
  });
  for (const visit of story) {
    const { record } = await newVisit(page, id, visit);
    if (visit !== story.at(-1)) continue;
    const treatment = visit.treatment.replace('one day', 'two days');
    await call(page, 'PATCH', `/api/patients/medical-records/${record.id}/`, { treatment });
  }
  return id;
}

/** One person whose allergies and medicines were written at both clinics, neither knowing of the other. */
async function writtenTwice(talamban: Page, downtown: Page): Promise<string> {
  const before = await idOf(talamban, '20106621');
  if (before) return before;
  const { id } = await register(talamban, {
    first_name: 'Rafael',
    middle_name: 'Inoc',
    last_name: 'Dela Peña',
    date_of_birth: '2004-06-21',
    gender: 'M',
    usc_id: '20106621',
    phone_number: '09175550118',
    allergies: 'Shrimp',
    medications: 'Losartan 25 mg',
  });
  const path = `/api/patients/patients/${id}/`;
  const version = await versionAt(talamban, path);
  await newVisit(talamban, id, { ...story[3], visit_date: daysAgo(40, '14:20') });
  await expect.poll(() => versionAt(downtown, path), patience).toBe(version);
  const base = { 'X-Himsog-Base': version };
  await call(downtown, 'PATCH', path, { allergies: 'None known', medications: 'Losartan 100 mg' }, base);
  const written = { allergies: 'Penicillin (hives), shrimp', medications: 'Losartan 50 mg' };
  await call(talamban, 'PATCH', path, written, base);
  return id;
}

/** The student of the demo owns a chart; a visit on it makes the page worth a look. */
async function seeStudent(doctor: Page, student: Page) {
  const own = await call<{ count: number }>(student, 'GET', '/api/patients/medical-records/?page=1');
  if (own.count > 0) return;
  const id = await idOf(doctor, account('STUDENT').email);
  if (!id) return;
  for (const visit of story.slice(-3)) await newVisit(doctor, id, visit);
  await student.reload();
}

const browser = await browsers.launch({ executablePath: chromium, args: chromiumArgs });

const stranger = await (await browser.newContext({ viewport: sizes[1] })).newPage();
await stranger.goto(node('talamban').url);
await stranger.getByLabel('E-mail').waitFor();
await shoot(stranger, '01-sign-in');

const page = await someone(browser, 'DOCTOR', 'talamban');
const patient = await villaflor(page);
const twice = await writtenTwice(page, await someone(browser, 'NURSE', 'downtown'));
const openOf = `/api/sync/conflicts/?status=open&page=1&patient=${twice}`;
await expect
  .poll(async () => (await call<{ count: number }>(page, 'GET', openOf)).count, patience)
  .toBeGreaterThan(1);

await go(page, '/patients', '.ledger');
await shoot(page, '02-patients');
await go(page, '/patients/new', '.fields');
await find(page, 'villa');
await shoot(page, '03-find');

await go(page, `/patients/${patient}`, '.rd .chg');
await shoot(page, '04-patient');
await page.locator('.thread a').nth(1).click();
await page.locator('.rd .chg').waitFor();
await shoot(page, '05-visit-read');
await go(page, `/patients/${twice}/changes`, '.chg');
await shoot(page, '06-changes');

await go(page, `/patients/${patient}/visits/new`, '.vitals');
for (const [field, value] of [
  ['Blood pressure', '118/76'],
  ['Temperature', '38.4'],
  ['Pulse', '96'],
  ['Breaths', '20'],
  ['Oxygen', '97'],
  ['Weight', '56.5'],
  ['Concern', 'Sore throat and fever, 3 days. No cough.'],
  ['HEENT', 'Tonsils enlarged, white exudate on both sides'],
  ['Diagnosis', 'Acute tonsillitis'],
] as const)
  await page.getByRole('textbox', { name: field }).fill(value);
await page.evaluate(() => scrollTo(0, 0));
await shoot(page, '07-visit-new');

await go(page, '/patients/new', '.fields');
await page.getByRole('textbox', { name: 'Last name' }).fill('Villaflor');
await page.getByRole('textbox', { name: 'First name' }).fill('Ma. Andrea');
await page.getByRole('textbox', { name: 'Birth date' }).fill('14 mar 2006');
await page.getByRole('radio', { name: 'Female' }).click();
await shoot(page, '08-walk-in');
await page.keyboard.press('Control+Enter');
await page.locator('.likely').waitFor();
await shoot(page, '09-walk-in-duplicate', '.likely > div');

await go(page, `/patients/${patient}/edit/safety`, '.sec');
await shoot(page, '10-edit');

await go(page, `/patients/${twice}`, '.differ');
await shoot(page, '11-two-entries');
const { results: open } = await call<Listed<{ id: string; field: string }>>(page, 'GET', openOf);
await go(page, '/settle', '.c');
await shoot(page, '12-to-settle');
await go(page, `/settle/${open.find(({ field }) => field === 'allergies')?.id ?? open[0]!.id}`, '.two');
await page.getByRole('radio', { name: /Penicillin/ }).click();
await shoot(page, '13-settle-case');

await go(page, '/password', 'form');
await shoot(page, '14-password');
await go(page, '/nowhere', '.whole');
await shoot(page, '15-not-found');

const hub = await someone(browser, 'ADMIN', 'hub');
await go(hub, '/sites', '.sites');
await shoot(hub, '16-hub-sites');
await go(hub, '/reports', '.perday');
await shoot(hub, '17-hub-report');

const student = await someone(browser, 'STUDENT', 'talamban');
await seeStudent(page, student);
await student.locator('.own-list li, .own > p').first().waitFor();
await shoot(student, '18-own-visits');

await go(page, `/patients/${twice}/changes`, '.chg');
dev('stop', 'hub');
try {
  const badge = page.locator('.sync');
  await expect(badge).toContainText('Waiting', patience);
  await badge.click();
  await page.getByRole('dialog').waitFor();
  await shoot(page, '19-no-line');
} finally {
  dev('start', 'hub');
}

await browser.close();
console.log(`Pictures are in ${folder}`);
