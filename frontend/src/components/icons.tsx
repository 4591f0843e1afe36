/** Icons drawn for himsog, where the common set has none that says the same. */
const svg = {
  width: '1em',
  height: '1em',
  viewBox: '0 0 24 24',
  fill: 'none',
  'aria-hidden': true,
  style: { fontSize: 20 },
} as const;

/** Two entries: written twice, settled not yet. */
export const TwoEntries = () => (
  <svg {...svg} stroke="currentColor" strokeWidth="1.9">
    <circle cx="9.2" cy="12" r="5.6" />
    <circle cx="14.8" cy="12" r="5.6" />
  </svg>
);

export const Disc = ({ hollow = false }: { hollow?: boolean }) => (
  <svg {...svg} width="12" height="12" viewBox="0 0 12 12">
    <circle
      cx="6"
      cy="6"
      r="4.5"
      stroke="var(--conflict-solid)"
      strokeWidth="2"
      fill={hollow ? 'none' : 'var(--conflict-solid)'}
    />
  </svg>
);
