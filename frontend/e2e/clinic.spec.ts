import { expect, test } from '@playwright/test';
import { account } from './demo.ts';
import { call, freshBirth, freshName, freshPhone, register, signIn, versionAt } from './pages.ts';

test('from sign-in to a saved visit without touching a mouse', async ({ page }) => {
  const { email, password } = account('NURSE');
  await page.goto('/');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.keyboard.type(email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('table')).toBeVisible();
  const { last } = await register(page);

  await page.keyboard.press('/');
  await page.keyboard.type(`${last} rosario`);
  await expect(page.getByRole('option', { selected: true })).toContainText(last);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${last}, Rosario`);
  await expect(page.getByText('No visit yet.')).toBeVisible();
  await page.keyboard.press('v');
  await expect(page.getByRole('textbox', { name: 'Blood pressure' })).toBeFocused();
  await page.keyboard.type('121 79');
  await page.keyboard.press('Control+ArrowDown');
  await page.keyboard.type('Itching after lunch');
  await page.keyboard.press('Control+ArrowDown');
  await page.keyboard.press('Control+ArrowDown');
  await page.keyboard.type('Contact dermatitis');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Calamine lotion');
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(/\/visits\/(?!new)/);
  await expect(page.getByRole('region', { name: 'The visit' })).toContainText('121/79');

  await page.keyboard.press('e');
  await expect(page).toHaveURL(/\/edit$/);
  await expect(page.getByRole('textbox', { name: 'Temperature' })).toBeFocused();
  await page.keyboard.type('37.1');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('region', { name: 'The visit' })).toContainText('37.1');

  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page).toHaveURL(/\/settle$/);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('times are those of the clinic, wherever the browser thinks it is', async ({ page }) => {
  await signIn(page, 'NURSE');
  const { id } = await register(page);
  const { record } = await call<{ record: { id: string } }>(page, 'POST', '/api/patients/medical-records/', {
    patient: id,
    visit_date: '2026-03-01T23:30:00Z',
    concern: 'Cough for two days',
    diagnosis: 'Common cold',
    treatment: 'Fluids and rest',
  });
  await page.goto(`/patients/${id}/visits/${record.id}`);
  await expect(page.getByRole('region', { name: 'The visit' })).toContainText('Monday, 2 Mar 2026, 07:30');
  await page.goto(`/patients/${id}/visits/${record.id}/edit`);
  await expect(page.getByLabel('Time of the visit')).toHaveValue('2026-03-02T07:30');
});

test('every page has a name, and reading begins at its heading', async ({ page }) => {
  await signIn(page, 'DOCTOR');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page).toHaveTitle('Patients · himsog');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  const { id, last } = await register(page);
  for (const [path, title] of [
    [`/patients/${id}`, 'Chart · himsog'],
    [`/patients/${id}/visits/new`, 'New visit · himsog'],
    [`/patients/${id}/edit/contact`, 'Contact · himsog'],
    ['/patients/new', 'Walk-in · himsog'],
    ['/settle', 'To settle · himsog'],
    ['/password', 'Password · himsog'],
  ] as const) {
    await page.goto(path);
    await expect(page).toHaveTitle(title);
    expect(await page.title()).not.toContain(last);
  }
  await page.goto('/patients');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.getByRole('link', { name: 'Skip to content' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});

test('a walk-in is registered, seen and found again, by keyboard alone', async ({ page }) => {
  const last = freshName();
  const born = freshBirth();
  await signIn(page, 'DOCTOR');
  await expect(page.getByRole('table')).toBeVisible();
  await page.keyboard.press('n');
  await expect(page.getByRole('textbox', { name: 'Last name' })).toBeFocused();
  await page.keyboard.type(last);
  await page.keyboard.press('Enter');
  await page.keyboard.type('Jose Mari');
  await page.keyboard.press('Enter');
  await page.keyboard.type(born.typed);
  await expect(page.getByText(`${born.shown}, `)).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.type(freshPhone());
  for (let field = 0; field < 3; field++) await page.keyboard.press('Enter');
  await page.keyboard.type('penicillin, shrimp');
  await page.keyboard.press('Control+Enter');

  await expect(page).toHaveURL(/\/visits\/new$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${last}, Jose Mari`);
  await expect(page.locator('.alg')).toContainText('Penicillin');
  await expect(page.getByRole('textbox', { name: 'Blood pressure' })).toBeFocused();
  for (const value of ['118 76', '38.4', '96', '20', '97', '56.5', '160']) {
    await page.keyboard.type(value);
    await page.keyboard.press('Enter');
  }
  await expect(page.getByText('fever', { exact: true })).toBeVisible();
  await page.keyboard.type('Sore throat and fever, 3 days');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+.');
  await page.keyboard.type('Acute tonsillitis');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Salt-water gargle, soft food');
  await page.keyboard.press('Control+Enter');

  await expect(page).toHaveURL(/\/visits\/(?!new)/);
  const reading = page.getByRole('region', { name: 'The visit' });
  await expect(reading.getByRole('heading', { name: 'Acute tonsillitis' })).toBeVisible();
  await expect(reading).toContainText('118/76');
  await expect(reading).toContainText('22.1');
  await expect(reading).toContainText('wrote this first');

  await page.keyboard.press('/');
  await page.keyboard.type(last);
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(last);
  expect(page.url()).not.toContain(last);
});

test('a second chart for the same person is a decision', async ({ page }) => {
  await signIn(page, 'STAFF');
  const born = freshBirth().iso;
  const { id, last } = await register(page, { first_name: 'Kristel Joy', date_of_birth: born });
  await page.goto('/patients/new');
  await page.getByRole('textbox', { name: 'Last name' }).fill(last);
  await page.getByRole('textbox', { name: 'First name' }).fill('Kristel Joy');
  await page.getByRole('textbox', { name: 'Birth date' }).fill(born);
  await page.getByRole('radio', { name: 'Female' }).click();
  await page.getByRole('button', { name: /Save chart/ }).click();
  await expect(page.getByRole('alert')).toContainText('looks like this person');
  await expect(page.getByRole('link', { name: 'Open this chart' })).toHaveAttribute(
    'href',
    `/patients/${id}`,
  );
  await page.getByRole('button', { name: /register anyway/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(last);
  expect(page.url()).not.toContain(id);
});

test('an edit against an older version keeps both entries, and one is chosen', async ({ page }) => {
  await signIn(page, 'DOCTOR');
  const { id, last } = await register(page, { allergies: 'Shrimp' });
  await page.goto(`/patients/${id}/edit/safety`);
  const allergies = page.getByRole('textbox', { name: 'Allergies' });
  await allergies.fill('Penicillin, shrimp');
  // Meanwhile somebody else writes the same field, starting from the same version.
  const path = `/api/patients/patients/${id}/`;
  const version = await versionAt(page, path);
  await call(page, 'PATCH', path, { allergies: 'None known' }, { 'X-Himsog-Base': version });
  await page.keyboard.press('Control+Enter');

  await expect(page.getByText('Somebody else wrote the same field')).toBeVisible();
  const strip = page.locator('.safe');
  await expect(strip).toContainText('Penicillin');
  await expect(strip).toContainText(/none known/i);
  await expect(page.getByRole('tab')).toHaveCount(0);

  await page.getByRole('link', { name: 'Look at both' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /Which allergies does/ })).toContainText(last);
  await page.getByRole('button', { name: /Settle/ }).click();
  await expect(page.getByRole('alert')).toHaveText('Neither entry is chosen yet.');
  const kept = page.getByRole('radio', { name: /Penicillin, shrimp/ });
  await kept.click();
  await expect(kept).toBeChecked();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('radio', { name: /Penicillin, shrimp/ })).toHaveCount(0);

  await page.goto(`/patients/${id}`);
  await expect(page.locator('.alg')).toContainText('Penicillin');
  await expect(page.locator('.differ')).toHaveCount(0);
  await page.getByRole('link', { name: 'Changes' }).click();
  await expect(page.locator('.chg')).toContainText('None known');
});

test('a conflict that moved shows how it stands now', async ({ page }) => {
  await signIn(page, 'DOCTOR');
  const { id } = await register(page, { medications: 'Losartan 25 mg' });
  const path = `/api/patients/patients/${id}/`;
  const version = await versionAt(page, path);
  const base = { 'X-Himsog-Base': version };
  await call(page, 'PATCH', path, { medications: 'Losartan 50 mg' }, base);
  const { conflicts } = await call<{ conflicts: string[] }>(
    page,
    'PATCH',
    path,
    { medications: 'Losartan 100 mg' },
    base,
  );
  await page.goto(`/settle/${conflicts[0]}`);
  await expect(page.getByRole('heading', { name: /Which medicines does/ })).toBeVisible();
  await page.route('**/resolve/', async (route) => {
    const current = await call<{ version: string; kept: { value: string } }>(
      page,
      'GET',
      `/api/sync/conflicts/${conflicts[0]}/`,
    );
    await route.fulfill({
      status: 412,
      json: { ...current, kept: { ...current.kept, value: 'Losartan 75 mg' } },
    });
  });
  await page.keyboard.press('1');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Somebody wrote again while you were looking.')).toBeVisible();
  await expect(page.getByRole('radio', { name: /Losartan 75 mg/ })).toBeVisible();
});

test('a visit is edited, and its history tells it', async ({ page }) => {
  await signIn(page, 'NURSE');
  const { id } = await register(page);
  const created = await call<{ record: { id: string } }>(page, 'POST', '/api/patients/medical-records/', {
    patient: id,
    visit_date: new Date().toISOString(),
    concern: 'Headache since morning',
    diagnosis: 'Tension-type headache',
    treatment: 'Rest one day',
  });
  await page.goto(`/patients/${id}/visits/${created.record.id}`);
  await page.getByRole('link', { name: /^Edit$/ }).click();
  await page.getByRole('textbox', { name: 'Treatment' }).fill('Rest two days');
  await page.keyboard.press('Control+Enter');
  const reading = page.getByRole('region', { name: 'The visit' });
  await expect(reading.locator('.pre', { hasText: 'Rest two days' })).toBeVisible();
  await expect(reading.locator('del')).toHaveText('Rest one day');
});

test('a student sees their own visits and no list of people', async ({ page }) => {
  await signIn(page, 'STUDENT');
  await expect(page).toHaveURL(/\/visits$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/visits? on record/);
  await expect(page.getByRole('combobox')).toHaveCount(0);
  await page.goto('/patients');
  await expect(page.getByRole('heading', { name: 'This page is not part of your work' })).toBeVisible();
});

test('the badge tells the truth about saving, and its panel the rest', async ({ page }) => {
  await signIn(page, 'NURSE');
  const badge = page.locator('.sync');
  await expect(badge).toContainText(/Sent to hub|Saved here|Waiting/);
  await badge.click();
  await expect(page.getByRole('dialog', { name: 'The line to the hub' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(badge).toBeFocused();
});

test('dark is remembered, and is there before anything is painted', async ({ page }) => {
  await signIn(page, 'NURSE');
  await page.getByRole('button', { name: 'Your menu' }).click();
  await page.getByRole('menuitem', { name: 'Dark colours' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto('/', { waitUntil: 'commit' });
  await page.waitForFunction(() => document.documentElement.getAttribute('data-theme') === 'dark');
});
