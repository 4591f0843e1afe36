let offsetMs = 0;

/** Clinic PCs have wrong clocks; the server's, read off its answers, decides what "now" is. */
export function noteServerTime(date: string | null) {
  const time = date === null ? Number.NaN : Date.parse(date);
  if (!Number.isNaN(time)) offsetMs = time - Date.now();
}

export const now = () => new Date(Date.now() + offsetMs);
