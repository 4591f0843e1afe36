/** The mark: one person beside another. */
export const Mark = ({ label }: { label?: string }) => (
  <svg
    viewBox="0 0 32 32"
    role={label ? 'img' : undefined}
    aria-label={label}
    aria-hidden={label ? undefined : true}
  >
    <rect width="32" height="32" rx="8.5" fill="#062C39" />
    <g fill="none" stroke="#fff" strokeWidth="3.4" strokeLinecap="round">
      <path d="M10 6.5v19" />
      <path d="M10 19.5c0-4.4 2.6-6.6 5.8-6.6s5.8 2.2 5.8 6.6v6" />
    </g>
    <circle cx="21.6" cy="8" r="2.7" fill="#CEEC35" />
  </svg>
);

/** The word, whose i is the second person. */
export const Word = ({ label }: { label: string }) => (
  <svg viewBox="0 0 142 44" width="129" height="40" role="img" aria-label={label}>
    <g fill="none" stroke="currentColor" strokeWidth="3.7" strokeLinecap="round" strokeLinejoin="round">
      <path d="M4 4.5v26.5" />
      <path d="M4 23c0-5 3.2-7.7 7-7.7s7 2.7 7 7.7v8" />
      <path d="M28 15.5v15.5" />
      <path d="M38 31v-15.5M38 22c0-4.3 2.3-6.7 5.5-6.7S49 17.7 49 22v9M49 22c0-4.3 2.3-6.7 5.5-6.7S60 17.7 60 22v9" />
      <path d="M80.5 18.6c-1-2.1-2.9-3.3-5.4-3.3-3.1 0-5.1 1.6-5.1 3.9 0 5.5 11 2.2 11 7.7 0 2.5-2.2 4.2-5.5 4.2-2.9 0-5.1-1.3-6-3.6" />
      <circle cx="98" cy="23.2" r="7.9" />
      <circle cx="123" cy="23.2" r="7.9" />
      <path d="M130.9 15.5v16.3c0 4.7-3.1 7.5-7.9 7.5-3.1 0-5.5-1.1-6.9-3.2" />
    </g>
    <circle cx="18" cy="7.4" r="3" fill="#CEEC35" />
    <circle cx="28" cy="7.4" r="3" fill="currentColor" />
  </svg>
);

const cell = 40;
const tiles = 22;
const upright = ['#1B5F73', '#17566A', '#216A7F'] as const;
const lying = ['#0F4354', '#114A5C', '#0C3A4A'] as const;
const litRow = 9;

/** The mat: woven strands, one of them lit, the line between clinics. */
export function Mat({ className }: { className?: string }) {
  const strands = [];
  for (let row = 0; row < tiles; row++) {
    for (let column = 0; column < tiles; column++) {
      const [x, y] = [column * cell, row * cell];
      const lies = (column - row + tiles * 4) % 4 < 2;
      const fill = lies ? (row === litRow ? '#CEEC35' : lying[row % 3]) : upright[column % 3];
      const path = lies ? `M${x - 4} ${y + 8}h48v24h-48z` : `M${x + 8} ${y - 4}h24v48h-24z`;
      strands.push(<path key={`${row}-${column}`} d={path} fill={fill} />);
    }
  }
  return (
    <svg className={className} viewBox="0 0 880 880" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {strands}
    </svg>
  );
}
