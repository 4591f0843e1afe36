import { createTheme, type PaletteOptions } from '@mui/material/styles';

/** The values of styles/tokens.css that MUI computes with; light in the first column, dark in the second. */
const tokens = {
  desk: ['#F0F5F6', '#0A1419'],
  paper: ['#FFFFFF', '#111F24'],
  line: ['#D5DEE1', '#2B393F'],
  ink: ['#10252C', '#E7EEF0'],
  ink2: ['#3D5158', '#BAC7CA'],
  off: ['#96A4A9', '#57666B'],
  act: ['#0A6E88', '#79CCDE'],
  actHover: ['#03576D', '#9BDEEC'],
  actOn: ['#FFFFFF', '#08181F'],
  rejected: ['#964F3B', '#F0AB90'],
  pending: ['#E5A915', '#E2B849'],
  approved: ['#2D7B48', '#7FD49C'],
  waiting: ['#4E60A8', '#A8BAFC'],
} as const satisfies Record<string, readonly [string, string]>;

function palette(column: 0 | 1): PaletteOptions {
  const of = (name: keyof typeof tokens) => tokens[name][column];
  return {
    background: { default: of('desk'), paper: of('paper') },
    text: { primary: of('ink'), secondary: of('ink2'), disabled: of('off') },
    divider: of('line'),
    primary: { main: of('act'), dark: of('actHover'), contrastText: of('actOn') },
    // A field error is a refused value, which is clay. Red is kept for bodies and lost data.
    error: { main: of('rejected') },
    warning: { main: of('pending') },
    success: { main: of('approved') },
    info: { main: of('waiting') },
  };
}

export const themeKey = 'himsog-theme';

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-theme', cssVarPrefix: 'hs' },
  colorSchemes: { light: { palette: palette(0) }, dark: { palette: palette(1) } },
  breakpoints: { values: { xs: 0, sm: 600, md: 900, lg: 1200, xl: 1536 } },
  spacing: 4,
  shape: { borderRadius: 6 },
  typography: {
    fontFamily: 'var(--font-ui)',
    fontSize: 14,
    htmlFontSize: 16,
    button: { textTransform: 'none', fontWeight: 600, fontSize: 14, lineHeight: '20px', letterSpacing: 0 },
  },
  transitions: { create: () => 'none' },
  components: {
    MuiButtonBase: { defaultProps: { disableRipple: true, disableTouchRipple: true } },
    MuiButton: {
      defaultProps: { disableElevation: true, variant: 'outlined', color: 'inherit' },
      styleOverrides: {
        root: {
          minHeight: 'var(--control)',
          padding: '4px 14px',
          gap: 8,
          whiteSpace: 'nowrap',
          borderRadius: 'var(--r-2)',
          transition: 'background-color var(--quick) var(--ease)',
          '& .MuiButton-icon': { margin: 0 },
        },
        outlined: {
          background: 'var(--paper)',
          borderColor: 'var(--edge)',
          color: 'var(--ink)',
          '&:hover': { background: 'var(--raised)', borderColor: 'var(--edge)' },
        },
        contained: {
          background: 'var(--act)',
          color: 'var(--act-on)',
          border: '1px solid var(--act)',
          '&:hover': { background: 'var(--act-hover)' },
        },
        text: { color: 'var(--link)', padding: '4px 8px', '&:hover': { background: 'var(--raised)' } },
        sizeSmall: { minHeight: 30, padding: '2px 10px', fontSize: 13 },
        sizeLarge: { minHeight: 48, padding: '4px 20px', fontSize: 16 },
      },
    },
    MuiIconButton: {
      styleOverrides: {
        root: {
          width: 'var(--control)',
          height: 'var(--control)',
          borderRadius: 'var(--r-2)',
          color: 'var(--ink-2)',
          '&:hover': { background: 'var(--raised)', color: 'var(--ink)' },
        },
      },
    },
    MuiOutlinedInput: {
      defaultProps: { notched: false },
      styleOverrides: {
        root: {
          minHeight: 'var(--control)',
          padding: '0 10px',
          gap: 6,
          background: 'var(--paper)',
          color: 'var(--ink)',
          font: 'inherit',
          letterSpacing: 0,
          '& .MuiOutlinedInput-notchedOutline': { borderColor: 'var(--edge)', borderWidth: 1 },
          '&:hover .MuiOutlinedInput-notchedOutline': { borderColor: 'var(--edge)' },
          '&.Mui-focused': {
            outline: '2px solid var(--focus)',
            outlineOffset: -1,
            boxShadow: '0 0 0 4px var(--here)',
            '[data-theme="dark"] &': { boxShadow: 'none' },
          },
          '&.Mui-focused .MuiOutlinedInput-notchedOutline': { borderColor: 'var(--focus)', borderWidth: 1 },
          '&.Mui-error .MuiOutlinedInput-notchedOutline': {
            borderColor: 'var(--rejected-solid)',
            boxShadow: 'inset 3px 0 0 var(--rejected-solid)',
          },
        },
        input: {
          padding: 0,
          height: 'auto',
          lineHeight: '20px',
          font: 'inherit',
          outline: 0,
          boxShadow: 'none !important',
          '&::placeholder': { color: 'var(--ink-3)', opacity: 1 },
        },
        multiline: { padding: '8px 10px' },
      },
    },
    MuiToggleButton: {
      styleOverrides: {
        root: {
          minHeight: 'var(--control)',
          padding: '0 14px',
          gap: 7,
          color: 'var(--ink-2)',
          borderColor: 'var(--edge)',
          background: 'var(--paper)',
          textTransform: 'none',
          fontWeight: 500,
          fontSize: 14,
          '&:hover': { background: 'var(--raised)' },
          '&.MuiToggleButtonGroup-middleButton, &.MuiToggleButtonGroup-lastButton': {
            borderLeftColor: 'var(--line)',
          },
          '&.Mui-selected, &.Mui-selected:hover': {
            background: 'var(--tint-2)',
            color: 'var(--ink)',
            fontWeight: 650,
            boxShadow: 'inset 0 -3px 0 var(--act)',
          },
        },
      },
    },
    MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiPopover: {
      defaultProps: { transitionDuration: 0 },
      styleOverrides: {
        paper: { border: '1px solid var(--line)', borderRadius: 'var(--r-3)', boxShadow: 'var(--lift-1)' },
      },
    },
    MuiDialog: {
      defaultProps: { transitionDuration: 0 },
      styleOverrides: {
        paper: {
          borderRadius: 'var(--r-4)',
          boxShadow: 'var(--lift-2)',
          margin: 16,
          maxWidth: 520,
          width: '100%',
        },
      },
    },
    MuiBackdrop: {
      styleOverrides: {
        root: { backgroundColor: 'var(--scrim)' },
        invisible: { backgroundColor: 'transparent' },
      },
    },
    MuiMenuItem: { styleOverrides: { root: { minHeight: 'var(--control)', gap: 10, fontSize: 14 } } },
    MuiSkeleton: { defaultProps: { variant: 'rounded', animation: false } },
    MuiSvgIcon: { styleOverrides: { root: { fontSize: 20 } } },
  },
});
