import { fileURLToPath } from 'node:url'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const screens = ['./src/pages', './src/components', './src/main.ts', './src/App.vue', './src/BehindLock.vue', './src/OpenFrame.vue', './src/router.ts', './src/i18n.ts']

/** `target` must not import `from`; `except` is relative to `from`. */
const zone = (target, from, message, except = []) => ({ target, from, message, except })

const mayKnow = [
  zone('./src/api', ['./src/rules', './src/data', './src/sync', './src/worker', ...screens], 'api holds the shapes of the wire and imports nothing.'),
  zone('./src/rules', ['./src/data', './src/sync', './src/worker', ...screens], 'rules are pure: they know the wire shapes and sync/rules only.'),
  zone('./src/data', ['./src/sync', './src/worker', ...screens], 'data knows the wire shapes and the rules only.'),
  zone('./src/sync', ['./src/worker', ...screens], 'sync never imports a component or page code.'),
  zone('./src/worker', './src', 'the service worker sends by sync/unattended.ts, knows where notices lead, and imports nothing of the page.', ['worker', 'sync/unattended.ts', 'sync/background.ts', 'data/language.ts', 'rules/notices.ts']),
  zone(screens, './src/data', 'pages reach records only through src/data/index.ts, before.ts, first.ts and later.ts.', ['index.ts', 'before.ts', 'first.ts', 'later.ts', 'types.ts']),
  zone(screens, './src/sync', 'pages know sync by src/sync/index.ts only.', ['index.ts']),
  zone(screens, ['./src/api', './src/worker'], 'pages reach records only through src/data.'),
]

const offline = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'].map((name) => ({ name, message: 'data never fetches.' }))

export default ts.config(
  { ignores: ['dist', 'dev-dist', 'node_modules', 'src/api/schema.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ts.configs.strict,
  vue.configs['flat/recommended'],
  {
    files: ['**/*.ts', '**/*.vue'],
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: {
        parser: ts.parser,
        project: ['./tsconfig.json', './tsconfig.worker.json', './tsconfig.tests.json'],
        tsconfigRootDir: here('.'),
        extraFileExtensions: ['.vue'],
      },
    },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'], 'vue-eslint-parser': ['.vue'] },
      'import-x/resolver-next': [
        createNodeResolver({
          extensions: ['.ts', '.js', '.vue', '.json'],
          alias: { '@rules': [here('../sync/rules')], '@': [here('./src')] },
        }),
      ],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: here('.'), zones: mayKnow }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', { max: 40, skipComments: true }],
    },
  },
  {
    files: ['src/{api,rules,data}/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', ...offline] },
  },
  {
    files: ['**/*.vue'],
    rules: {
      // Layout belongs to the writer; these three read better here than Vue's defaults.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always', normal: 'always', component: 'always' } }],
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
    },
  },
)
