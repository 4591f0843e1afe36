import type { components } from './schema';

type Schemas = components['schemas'];

export type { Role } from './schema';
export type Profile = Schemas['Profile'];
export type Session = Schemas['Session'];
export type Patient = Schemas['Patient'];
export type PatientDraft = Schemas['PatientDraft'];
export type Duplicate = Schemas['Duplicate'];
export type VitalSigns = Schemas['VitalSigns'];
export type Examination = Schemas['Examination'];
export type MedicalRecord = Schemas['MedicalRecord'];
export type MedicalRecordDraft = Schemas['MedicalRecordDraft'];
export type Node = Schemas['Node'];
export type SyncStatus = Schemas['SyncStatus'];
export type Conflict = Schemas['Conflict'];
export type Entry = Schemas['Entry'];
export type Decision = Schemas['Decision'];
export type HistoryEntry = Schemas['HistoryEntry'];
export type HubSite = Schemas['HubSite'];
export type SiteCode = Schemas['SiteCode'];
export type VisitsReport = Schemas['VisitsReport'];
