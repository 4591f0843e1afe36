import { useColorScheme } from '@mui/material/styles';

/** Follows the system until somebody chooses. */
export function useTheme() {
  const { mode, systemMode, setMode } = useColorScheme();
  const dark = (mode === 'system' ? systemMode : mode) === 'dark';
  return { dark, toggle: () => setMode(dark ? 'light' : 'dark') };
}
