import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { signIn } from './pages.ts';

test('the hub shows its clinics and adds one with a code that is shown once', async ({ page }) => {
  await signIn(page, 'ADMIN', 'hub');
  await expect(page).toHaveURL(/\/sites$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('in touch');
  for (const name of ['Talamban', 'Downtown'])
    await expect(page.getByRole('cell', { name: new RegExp(name) })).toBeVisible();
  await page.getByRole('button', { name: 'Add a clinic' }).click();
  await page.getByRole('button', { name: 'Make the code' }).click();
  await expect(page.getByText('The name is still empty.')).toBeVisible();
  await page.getByLabel('Name of the clinic').fill(`Annex ${Date.now() % 100_000}`);
  await page.getByRole('button', { name: 'Make the code' }).click();
  await expect(page.locator('.site-code')).not.toBeEmpty();
  await page.keyboard.press('Escape');
  await expect(page.locator('.site-code')).toBeVisible();
  await page.getByRole('button', { name: 'I have it' }).click();
  await expect(page.getByRole('cell', { name: /Annex/ }).first()).toBeVisible();
});

test('the report counts the visits of all clinics, in figures too', async ({ page }) => {
  await signIn(page, 'DOCTOR', 'hub');
  await page.getByRole('link', { name: 'Reports' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('visits on');
  await expect(page.getByRole('img', { name: /By day of visit/ })).toBeVisible();
  for (const name of ['Talamban', 'Downtown'])
    await expect(page.getByRole('rowheader', { name })).toBeVisible();
  await page.getByRole('button', { name: 'Every figure' }).click();
  await expect(page.getByRole('columnheader', { name: 'Together' })).toBeVisible();
  await page.getByLabel('From').fill('2026-01-01');
  await expect(page.getByRole('heading', { name: /Visits per (week|day)/ })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toContain('Talamban');
});
