// The linter: strict TypeScript, and nothing that Gecko 84 does not have.
import compat from 'eslint-plugin-compat';
import esx from 'eslint-plugin-es-x';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'public/engine'] },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [compat.configs['flat/recommended'], esx.configs['flat/restrict-to-es2020']],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Gecko 84 has these; the build target takes care of syntax.
      'es-x/no-logical-assignment-operators': 'off',
      'es-x/no-string-prototype-replaceall': 'off',
      'es-x/no-numeric-separators': 'off',
      'es-x/no-class-instance-fields': 'off',
      // Needed for what ES2022 and later would add to arrays, strings and objects.
      'es-x/no-array-prototype-at': 'error',
      'es-x/no-string-prototype-at': 'error',
      'es-x/no-array-prototype-findlast-findlastindex': 'error',
      'es-x/no-object-hasown': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      'max-lines': ['error', 300],
    },
  },
  // A table is as long as it is.
  { files: ['src/i18n/*.ts', 'src/engine/protocol.ts'], rules: { 'max-lines': 'off' } },
);
