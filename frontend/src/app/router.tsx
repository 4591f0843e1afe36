import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { NotFound } from '@/components/whole-page';
import { PatientEditPage } from '@/features/patients/edit-page';
import { PatientsPage } from '@/features/patients/patients-page';
import { WalkInPage } from '@/features/patients/walk-in-page';
import { SettlePage } from '@/features/settle/settle-page';
import { OwnVisitsPage } from '@/features/visits/own-visits-page';
import { VisitEditPage, VisitNewPage } from '@/features/visits/visit-pages';
import { Home, Only, PasswordPage, WholePageError } from './guards';
import { PatientPage } from './patient-page';
import { Root } from './root';
import { Shell } from './shell';

const pages: RouteObject[] = [
  { index: true, element: <Home /> },
  { path: 'patients', element: <Only to="patients.read" page={<PatientsPage />} /> },
  { path: 'patients/new', element: <Only to="patients.write" page={<WalkInPage />} /> },
  { path: 'patients/:id', element: <Only to="patients.read" page={<PatientPage />} /> },
  { path: 'patients/:id/changes', element: <Only to="patients.read" page={<PatientPage changes />} /> },
  { path: 'patients/:id/visits/:visit', element: <Only to="patients.read" page={<PatientPage />} /> },
  { path: 'patients/:id/visits/new', element: <Only to="visits.write" page={<VisitNewPage />} /> },
  { path: 'patients/:id/visits/:visit/edit', element: <Only to="visits.write" page={<VisitEditPage />} /> },
  { path: 'patients/:id/edit/:part', element: <Only to="patients.write" page={<PatientEditPage />} /> },
  { path: 'settle', element: <Only to="conflicts.read" page={<SettlePage />} /> },
  { path: 'settle/:id', element: <Only to="conflicts.read" page={<SettlePage />} /> },
  { path: 'visits', element: <OwnVisitsPage /> },
  {
    path: 'sites',
    lazy: async () => {
      const { SitesPage } = await import('@/features/hub/sites-page');
      return { element: <Only to="sites.read" hub page={<SitesPage />} /> };
    },
  },
  {
    path: 'reports',
    lazy: async () => {
      const { ReportPage } = await import('@/features/hub/report-page');
      return { element: <Only to="reports.read" hub page={<ReportPage />} /> };
    },
  },
  { path: 'password', element: <PasswordPage /> },
  { path: 'sign-in', element: <Navigate to="/" replace /> },
  { path: '*', element: <NotFound /> },
];

export const router = createBrowserRouter([
  {
    element: <Root />,
    errorElement: <WholePageError />,
    hydrateFallbackElement: <></>,
    children: [{ element: <Shell />, children: pages }],
  },
]);
