import type { Role } from '@/lib/api/types';

/** What each role may do, as the servers decide it too: the screen draws only what will be permitted. */
const clinic: readonly Role[] = ['ADMIN', 'DOCTOR', 'DENTIST', 'NURSE', 'STAFF'];

const permitted = {
  'patients.read': clinic,
  'patients.write': clinic,
  'visits.read': [...clinic, 'STUDENT', 'FACULTY'],
  'visits.write': ['ADMIN', 'DOCTOR', 'NURSE'],
  'conflicts.read': clinic,
  'sites.read': ['ADMIN', 'STAFF'],
  'sites.add': ['ADMIN'],
  'reports.read': clinic,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permitted;

export const may = (role: Role, permission: Permission): boolean =>
  (permitted[permission] as readonly Role[]).includes(role);

export const worksHere = (role: Role): boolean => clinic.includes(role);

/** Settling writes the field, so it needs the right to write it. */
export function maySettle(role: Role, entity: string): boolean {
  if (entity === 'patient') return may(role, 'patients.write');
  return entity === 'medical_record' && may(role, 'visits.write');
}
