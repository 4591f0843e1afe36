import { expect, test } from '@playwright/test';
import { account } from './demo.ts';
import { call, enter, find, freshName, register, signIn, versionAt } from './pages.ts';

const triesUntilLocked = 5;

test.describe('signing in', () => {
  test('a wrong password is said in the same words for every account', async ({ page }) => {
    await page.goto('/');
    // Sign-in by the right person forgives what was tried in their name, so the account's own tries are left as they were.
    for (const email of [`${freshName()}@usc.edu.ph`, account('NURSE').email]) {
      await enter(page, email, 'not this');
      await expect(page.getByRole('alert')).toHaveText('E-mail and password do not fit together.');
      await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
      await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
    }
    await signIn(page, 'NURSE');
  });

  test('empty fields are said at their place', async ({ page }) => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('The e-mail is still empty.')).toBeVisible();
    await expect(page.getByText('The password is still empty.')).toBeVisible();
    await expect(page.getByLabel('E-mail')).toBeFocused();
  });

  test('too many tries lock that name out, and it is said for how long', async ({ page }) => {
    const email = `${freshName()}@usc.edu.ph`;
    await page.goto('/');
    for (let tried = 0; tried < triesUntilLocked; tried++) {
      const answered = page.waitForResponse('**/api/auth/login/');
      await enter(page, email, 'not this');
      expect((await answered).status()).toBe(401);
    }
    await enter(page, email, 'not this');
    await expect(page.getByRole('alert')).toHaveText(/Too many tries. Wait 1[45] minutes, then try again./);
    await signIn(page, 'STAFF');
  });

  test('opens the patients, survives a reload, and ends with sign out', async ({ page }) => {
    await signIn(page, 'NURSE');
    await expect(page).toHaveURL(/\/patients$/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('people have a chart here');
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('people have a chart here');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await page.goto('/settle');
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });

  test('a session that ends keeps the page for its owner, out of sight', async ({ page, context }) => {
    await signIn(page, 'DOCTOR');
    const { id, last } = await register(page);
    await page.goto(`/patients/${id}/visits/new`);
    const concern = page.getByRole('textbox', { name: 'Concern' });
    await concern.fill('Dizzy since morning');
    await context.clearCookies();
    await page.getByRole('textbox', { name: 'Diagnosis' }).fill('Dizziness');
    await page.getByRole('textbox', { name: 'Treatment' }).fill('Rest and water');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('heading', { name: 'Sign in again' })).toBeVisible();
    await expect(page.getByText(last)).toBeHidden();
    await page.getByLabel('Password', { exact: true }).fill(account('DOCTOR').password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(concern).toHaveValue('Dizzy since morning');
    await expect(page.getByRole('textbox', { name: 'Diagnosis' })).toHaveValue('Dizziness');
    await page.getByRole('button', { name: /Save visit/ }).click();
    await expect(page).toHaveURL(new RegExp(`/patients/${id}/visits/(?!new)`));
  });

  test('a walk-in outlives the session in which it was begun', async ({ page, context }) => {
    const last = freshName();
    await signIn(page, 'STAFF');
    await page.goto('/patients/new');
    await page.getByRole('textbox', { name: 'Last name' }).fill(last);
    await page.getByRole('textbox', { name: 'First name' }).fill('Ligaya');
    await page.getByRole('textbox', { name: 'Birth date' }).fill('3 feb 2005');
    await page.getByRole('radio', { name: 'Female' }).click();
    await page.getByRole('textbox', { name: 'Allergic to' }).fill('Shrimp');
    await context.clearCookies();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('heading', { name: 'Sign in again' })).toBeVisible();
    await page.getByLabel('Password', { exact: true }).fill(account('STAFF').password);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Last name' })).toHaveValue(last);
    await expect(page.getByRole('radio', { name: 'Female' })).toBeChecked();
    await page.getByRole('button', { name: /Save chart/ }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${last}, Ligaya`);
    await expect(page.locator('.alg')).toContainText('Shrimp');
  });
});

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

test('addresses that lead nowhere say so, and lead back', async ({ page }) => {
  const nobody = '01900000-0000-7000-8000-000000000000';
  await signIn(page, 'NURSE');
  for (const path of [
    '/nowhere',
    `/patients/${nobody}`,
    `/patients/${nobody}/edit/contact`,
    `/patients/${nobody}/visits/new`,
  ]) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
    await expect(page).toHaveTitle('There is nothing at this address · himsog');
  }
  await page.getByRole('link', { name: 'First page', exact: true }).click();
  await expect(page).toHaveURL(/\/patients$/);

  const { id } = await register(page);
  await page.goto(`/patients/${id}/visits/${nobody}`);
  await expect(page.getByText('This visit is not on this chart.')).toBeVisible();
  await page.goto(`/settle/${nobody}`);
  await expect(page.getByText('This one is settled already')).toBeVisible();
});

test('a list that does not come through says so in its place, and can be asked for again', async ({
  page,
}) => {
  await signIn(page, 'NURSE');
  const { id } = await register(page);
  const lists = '**/api/patients/medical-records/?*';
  await page.route(lists, (route) => route.fulfill({ status: 400, json: { detail: 'Not today.' } }));
  await page.goto(`/patients/${id}`);
  await expect(page.getByText('The visits did not come through. What was saved is safe.')).toBeVisible();
  await page.unroute(lists);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No visit yet.')).toBeVisible();
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
  await signIn(page, 'DOCTOR');
  await expect(page.getByRole('table')).toBeVisible();
  await page.keyboard.press('n');
  await expect(page.getByRole('textbox', { name: 'Last name' })).toBeFocused();
  await page.keyboard.type(last);
  await page.keyboard.press('Enter');
  await page.keyboard.type('Jose Mari');
  await page.keyboard.press('Enter');
  await page.keyboard.type('14 mar 2006');
  await expect(page.getByText('14 Mar 2006, ')).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.type('0917 555 0142');
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

test('rules are said at their field before anything is sent', async ({ page }) => {
  await signIn(page, 'NURSE');
  const { id } = await register(page);
  await page.goto(`/patients/${id}/visits/new`);
  await page.getByRole('textbox', { name: 'Temperature' }).fill('384');
  await page.getByRole('textbox', { name: 'Diagnosis' }).fill('Cold');
  await page.getByRole('button', { name: /Save visit/ }).click();
  await expect(page.getByText('Did you mean 38.4?')).toBeVisible();
  await expect(page.getByText('Diagnosis: at least 5 letters.')).toBeVisible();
  await expect(page.getByText('Treatment: at least 5 letters.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Temperature' })).toBeFocused();
});

test('a second chart for the same person is a decision', async ({ page }) => {
  await signIn(page, 'STAFF');
  const { id, last } = await register(page, { first_name: 'Kristel Joy', date_of_birth: '2008-02-03' });
  await page.goto('/patients/new');
  await page.getByRole('textbox', { name: 'Last name' }).fill(last);
  await page.getByRole('textbox', { name: 'First name' }).fill('Kristel Joy');
  await page.getByRole('textbox', { name: 'Birth date' }).fill('2008-02-03');
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

test('leaving with something written asks first', async ({ page }) => {
  await signIn(page, 'NURSE');
  await page.goto('/patients/new');
  await page.getByRole('textbox', { name: 'Last name' }).fill('Abellana');
  await page.getByRole('link', { name: 'To settle' }).first().click();
  await expect(page.getByRole('dialog')).toContainText('This is not saved yet');
  await page.getByRole('button', { name: 'Stay here' }).click();
  await expect(page.getByRole('textbox', { name: 'Last name' })).toHaveValue('Abellana');
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

test('while the server is silent nothing is lost, and the save goes by itself', async ({ page }) => {
  await signIn(page, 'NURSE');
  const { id } = await register(page);
  await page.goto(`/patients/${id}/visits/new`);
  await page.getByRole('textbox', { name: 'Concern' }).fill('Cough for two days');
  await page.getByRole('textbox', { name: 'Diagnosis' }).fill('Common cold');
  await page.getByRole('textbox', { name: 'Treatment' }).fill('Fluids and rest');
  const posts = '**/api/patients/medical-records/';
  await page.route(posts, (route) =>
    route.request().method() === 'POST' ? route.abort() : route.fallback(),
  );
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('The visit is not saved yet. Your text is kept on this page')).toBeVisible();
  await page.unroute(posts);
  await expect(page).toHaveURL(/\/visits\/(?!new)/, { timeout: 15_000 });
  const visits = await call<{ count: number }>(
    page,
    'GET',
    `/api/patients/medical-records/?patient=${id}&page=1`,
  );
  expect(visits.count).toBe(1);
});

test('roles are offered only what they may do', async ({ page }) => {
  await signIn(page, 'DENTIST');
  const { id } = await register(page);
  await page.goto(`/patients/${id}`);
  await expect(page.getByRole('heading', { name: 'Background' })).toBeVisible();
  await expect(page.getByRole('link', { name: /New visit/ })).toHaveCount(0);
  await page.goto(`/patients/${id}/visits/new`);
  await expect(page.getByRole('heading', { name: 'This page is not part of your work' })).toBeVisible();
  await page.goto('/reports');
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
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

test('finding nobody offers to register', async ({ page }) => {
  await signIn(page, 'NURSE');
  await page.getByRole('combobox').fill(freshName());
  await expect(page.getByText('Nobody by that name or number.')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/patients\/new$/);
  await find(page, 'a');
});
