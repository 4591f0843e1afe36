/**
 * The API as this client uses it, in the shape that openapi-typescript generates: `paths` and `components`.
 * It can be exchanged for the file generated from docs/openapi.json without a change anywhere else.
 */
export type Role = 'ADMIN' | 'DOCTOR' | 'DENTIST' | 'NURSE' | 'STAFF' | 'STUDENT' | 'FACULTY';

type Text = string | null;

export interface components {
  schemas: {
    Profile: {
      id: string;
      email: string;
      role: Role;
      first_name: string;
      last_name: string;
      middle_name?: Text;
      id_number?: Text;
      is_verified: boolean;
    };
    Session: { user: components['schemas']['Profile']; csrf: string };
    LoginAnswer: {
      csrf?: string;
      user?: components['schemas']['Profile'];
      is_verified: boolean;
      detail?: string;
    };
    Patient: {
      id: string;
      user: Text;
      usc_id: Text;
      first_name: string;
      middle_name: Text;
      last_name: string;
      date_of_birth: Text;
      gender: 'M' | 'F' | 'O' | null;
      email: Text;
      phone_number: Text;
      address: Text;
      address_permanent: Text;
      course: Text;
      year_level: Text;
      school: Text;
      civil_status: Text;
      nationality: Text;
      religion: Text;
      blood_type?: Text;
      weight: Text;
      height: Text;
      bmi: Text;
      father_name: Text;
      mother_name: Text;
      emergency_contact: Text;
      emergency_contact_number: Text;
      illness: Text;
      childhood_diseases: Text;
      special_needs: Text;
      existing_medical_condition: Text;
      medications: Text;
      allergies: Text;
      hospitalization_history: Text;
      surgical_procedures: Text;
      created_at: string;
      updated_at: string;
    };
    PatientDraft: Partial<Omit<components['schemas']['Patient'], 'created_at' | 'updated_at' | 'user'>> & {
      force_create?: boolean;
      force_update?: boolean;
    };
    PatientSaved: { detail: string; patient: components['schemas']['Patient']; conflicts?: string[] };
    Duplicate: {
      patient_id: string;
      patient_name: string;
      similarity_score: number;
      matching_fields: string[];
    };
    VitalSigns: {
      temperature?: number | string | null;
      blood_pressure?: Text;
      pulse_rate?: number | string | null;
      heart_rate?: number | string | null;
      respiratory_rate?: number | string | null;
      oxygen_saturation?: number | string | null;
      height?: number | string | null;
      weight?: number | string | null;
      bmi?: number | string | null;
    };
    Examination: {
      general_appearance?: Text;
      skin?: Text;
      heent?: Text;
      heart?: Text;
      lungs?: Text;
      abdomen?: Text;
      extremities?: Text;
      neurological?: Text;
    };
    MedicalRecord: {
      id: string;
      patient: string;
      patient_name: string;
      patient_usc_id: Text;
      visit_date: string;
      concern: string;
      diagnosis: string;
      treatment: string;
      notes: string;
      vital_signs: components['schemas']['VitalSigns'];
      physical_examination: components['schemas']['Examination'];
      created_at: string;
      updated_at: string;
      created_by: Text;
    };
    MedicalRecordDraft: Partial<
      Pick<
        components['schemas']['MedicalRecord'],
        | 'id'
        | 'patient'
        | 'visit_date'
        | 'concern'
        | 'diagnosis'
        | 'treatment'
        | 'notes'
        | 'vital_signs'
        | 'physical_examination'
      >
    >;
    MedicalRecordCreated: { detail: string; record: components['schemas']['MedicalRecord'] };
    MedicalRecordSaved: components['schemas']['MedicalRecord'] & { conflicts?: string[] };
    Site: { no: number; name: string; zone?: string };
    Node: { kind: 'edge' | 'hub'; site: components['schemas']['Site']; version: string; enrolled: boolean };
    SyncStatus: {
      state: 'current' | 'sending' | 'receiving' | 'waiting' | 'needs_attention';
      hub_reachable: boolean;
      pending_txns: number;
      pending_bytes: number;
      pending_blobs: number;
      oldest_pending_at: Text;
      last_push_at: Text;
      last_pull_at: Text;
      last_error: Text;
      clock: { state: string; offset_ms: number | null };
      conflicts_open: number;
      duplicates_open: number;
      digest: { state: string; checked_at: Text };
    };
    Entry: {
      value: unknown;
      by: { id: string; name: string; role?: Role } | null;
      site: components['schemas']['Site'] | null;
      at: string;
    };
    Conflict: {
      id: string;
      entity: string;
      entity_label: string;
      record_id: string;
      patient: { id: string; name: string } | null;
      field: string;
      field_label: string;
      kind: 'register' | 'set' | 'state' | 'life';
      version: string;
      kept: components['schemas']['Entry'];
      other: components['schemas']['Entry'];
      clock_suspect: boolean;
      status: 'open' | 'resolved' | 'auto';
      resolved_by: { id: string; name: string } | null;
      resolved_at: Text;
      note: string;
    };
    Decision: { choice: 'kept' | 'other' | 'value'; value?: unknown; note?: string };
    HistoryEntry: {
      at: string;
      by: { id: string; name: string; role?: Role } | null;
      site: components['schemas']['Site'] | null;
      action: 'create' | 'update' | 'void' | 'restore' | 'merge';
      changes: { field: string; label: string; from: unknown; to: unknown }[];
    };
    HubSite: {
      id: string;
      no: number;
      name: string;
      state: 'enrolling' | 'active' | 'stale' | 'stolen' | 'revoked';
      enrolled_at: Text;
      last_seen_at: Text;
      pending_txns: number | null;
      pending_blobs: number | null;
      oldest_pending_at: Text;
      clock_offset_ms: number | null;
      version: Text;
      certificate_expires_at: Text;
      key_grade: Text;
      disk_free_bytes: number | null;
      last_backup_at: Text;
      last_drill: { at: string; ok: boolean } | null;
      conflicts_open: number | null;
    };
    SiteCode: { code: string; expires_at: string; qr_svg?: Text };
    VisitsReport: {
      from: string;
      to: string;
      total: number;
      by_site: { site: components['schemas']['Site']; visits: number; patients: number }[];
      by_day: { date: string; site: components['schemas']['Site'] | number; visits: number }[];
      by_sex: { sex: Text; visits: number }[];
      top_diagnoses: { diagnosis: string; visits: number }[];
    };
  };
}

type Schemas = components['schemas'];
type Json<T> = { content: { 'application/json': T } };
type Answers<T> = { responses: { 200: Json<T>; default: Json<unknown> } };
type Body<T> = { requestBody: Json<T> };
type Paged = { page: number; page_size?: number };
type Page<T> = { count: number; next: Text; previous: Text; results: T[] };
type Query<Q> = { parameters: { query?: Q; path?: never; header?: never; cookie?: never } };
type ById = { parameters: { path: { id: string }; query?: never; header?: never; cookie?: never } };
type Guarded<H> = { parameters: { path: { id: string }; query?: never; header?: H; cookie?: never } };
type None = { parameters: { query?: never; path?: never; header?: never; cookie?: never } };

export interface paths {
  '/api/auth/login/': {
    post: None &
      Body<{ email: string; password: string; session: 'cookie' }> &
      Answers<Schemas['LoginAnswer']>;
  };
  '/api/auth/logout/': { post: None & Answers<{ detail: string }> };
  '/api/auth/session/': { get: None & Answers<Schemas['Session']> };
  '/api/auth/change-password/': {
    post: None &
      Body<{ old_password: string; new_password: string; new_password2: string }> &
      Answers<{ detail: string; csrf?: string }>;
  };
  '/api/patients/patients/': {
    get: Query<Paged & { search?: string }> & Answers<Page<Schemas['Patient']>>;
    post: None & Body<Schemas['PatientDraft']> & Answers<Schemas['PatientSaved']>;
  };
  '/api/patients/patients/{id}/': {
    get: ById & Answers<Schemas['Patient']>;
    patch: Guarded<{ 'X-Himsog-Base': string }> &
      Body<Schemas['PatientDraft']> &
      Answers<Schemas['PatientSaved']>;
  };
  '/api/patients/medical-records/': {
    get: Query<Paged & { patient?: string }> & Answers<Page<Schemas['MedicalRecord']>>;
    post: None & Body<Schemas['MedicalRecordDraft']> & Answers<Schemas['MedicalRecordCreated']>;
  };
  '/api/patients/medical-records/{id}/': {
    get: ById & Answers<Schemas['MedicalRecord']>;
    patch: Guarded<{ 'X-Himsog-Base': string }> &
      Body<Schemas['MedicalRecordDraft']> &
      Answers<Schemas['MedicalRecordSaved']>;
  };
  '/api/sync/node/': { get: None & Answers<Schemas['Node']> };
  '/api/sync/status/': { get: None & Answers<Schemas['SyncStatus']> };
  '/api/sync/run/': { post: None & { responses: { 202: Json<unknown>; default: Json<unknown> } } };
  '/api/sync/conflicts/': {
    get: Query<Paged & { status?: Schemas['Conflict']['status']; patient?: string; entity?: string }> &
      Answers<Page<Schemas['Conflict']>>;
  };
  '/api/sync/conflicts/{id}/': { get: ById & Answers<Schemas['Conflict']> };
  '/api/sync/conflicts/{id}/resolve/': {
    post: Guarded<{ 'If-Match': string }> & Body<Schemas['Decision']> & Answers<Schemas['Conflict']>;
  };
  '/api/sync/history/{entity}/{id}/': {
    get: {
      parameters: { path: { entity: string; id: string }; query?: Paged; header?: never; cookie?: never };
    } & Answers<Page<Schemas['HistoryEntry']>>;
  };
  '/api/hub/sites/': {
    get: None & Answers<Schemas['HubSite'][]>;
    post: None &
      Body<{ name: string; zone?: string }> & {
        responses: { 201: Json<Schemas['SiteCode']>; default: Json<unknown> };
      };
  };
  '/api/hub/reports/visits/': {
    get: Query<{ from: string; to: string; site?: number[] }> & Answers<Schemas['VisitsReport']>;
  };
}
