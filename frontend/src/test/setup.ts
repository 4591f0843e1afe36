import '@testing-library/jest-dom/vitest';
import '@/i18n';
import { configure } from '@testing-library/react';

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });
