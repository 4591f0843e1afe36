import Skeleton from '@mui/material/Skeleton';
import { useEffect, useState } from 'react';

const patienceMs = 300;

/** The shape of what comes, after a moment; nothing at all when it comes at once. */
export function Bones({ rows = 6, label }: { rows?: number; label: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={label} style={{ padding: 'var(--s-4) var(--s-5)' }}>
      {late &&
        Array.from({ length: rows }, (_, row) => (
          <Skeleton key={row} height={14} width={`${88 - ((row * 17) % 40)}%`} sx={{ my: 4 }} />
        ))}
    </div>
  );
}
