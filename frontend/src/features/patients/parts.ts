/** The chart's own fields, grouped as they are asked for together. */
export const parts = {
  safety: ['allergies', 'medications'],
  conditions: [
    'existing_medical_condition',
    'illness',
    'childhood_diseases',
    'hospitalization_history',
    'surgical_procedures',
    'special_needs',
  ],
  emergency: ['emergency_contact', 'emergency_contact_number'],
  contact: ['phone_number', 'email', 'address'],
  identity: [
    'last_name',
    'first_name',
    'middle_name',
    'date_of_birth',
    'gender',
    'usc_id',
    'course',
    'year_level',
  ],
} as const;

export type PartName = keyof typeof parts;
export type FieldName = (typeof parts)[PartName][number];

export const partNames = Object.keys(parts) as PartName[];
export const isPart = (name: string | undefined): name is PartName => name !== undefined && name in parts;

/** Fields that take sentences. */
export const longFields: ReadonlySet<FieldName> = new Set<FieldName>([
  'allergies',
  'medications',
  'address',
  ...parts.conditions,
]);
