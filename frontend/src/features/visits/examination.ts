/** The parts of a physical examination, in the order a physician goes through them. */
export const examNames = [
  'general_appearance',
  'skin',
  'heent',
  'heart',
  'lungs',
  'abdomen',
  'extremities',
  'neurological',
] as const;
