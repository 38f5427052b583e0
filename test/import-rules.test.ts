import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { projectRoot } from '../cli/project-root.js'

/** What the files of a layer may import: path prefixes of this project, and packages by name (`node:` for built-ins). */
interface Rule {
  readonly files: RegExp
  readonly project: readonly string[]
  readonly packages: readonly string[]
}

/** The first rule that matches a file is its rule; `design.md` has the reasons in words, ARCHITECTURE.md the picture. */
const RULES: readonly Rule[] = [
  { files: /^core\//, project: ['core/'], packages: [] },
  {
    files: /^llm\//,
    project: ['core/', 'llm/'],
    packages: [
      '@pydantic/genai-prices',
      'gpt-tokenizer',
      '@aws-crypto/sha256-js',
      '@smithy/protocol-http',
      '@smithy/signature-v4',
    ],
  },
  // How texts of requests and answers are found and changed, whatever for.
  { files: /^policies\/content\//, project: ['core/', 'policies/content/'], packages: [] },
  {
    files: /^policies\/pii\/(?:detect|secrets|names)\//,
    project: ['core/', 'policies/pii/'],
    packages: ['re2js', 'libphonenumber-js'],
  },
  {
    files: /^policies\/pii\//,
    // Which requests a rule is for is said as in budgets.
    project: [
      ...['core/', 'policies/pii/', 'policies/content/', 'policies/services/'],
      ...['policies/budget/rules.js', 'policies/budget/match.js'],
    ],
    packages: ['re2js', 'libphonenumber-js'],
  },
  {
    files: /^policies\/guardrails\/content\//,
    project: [
      ...['core/', 'policies/content/', 'policies/guardrails/', 'policies/pii/detect/'],
      'policies/pii/placeholders/literal-automaton.js',
    ],
    packages: ['ajv', 'ajv/dist/2020.js', 'eld', 're2js'],
  },
  { files: /^policies\//, project: ['core/', 'policies/', 'llm/tokens/', 'llm/prices/'], packages: [] },
  {
    files: /^io\//,
    // Of a policy only its port and the shape of its rules.
    project: [
      ...[
        'core/',
        'io/',
        'policies/budget/ledger.js',
        'policies/budget/rules.js',
        'policies/budget/period.js',
        'policies/identity/rules.js',
      ],
      // What alerts are and where they are kept.
      ...['policies/alerts/settings.js', 'policies/alerts/alert.js', 'policies/alerts/forecast.js'],
      ...['policies/keys/settings.js', 'policies/keys/key-book.js', 'policies/keys/virtual-key.js'],
      ...['policies/keys/key-text.js', 'policies/access/settings.js'],
      ...['policies/pii/settings.js', 'policies/pii/vocabulary.js', 'policies/pii/detect/patterns.js'],
      ...['policies/guardrails/guard.js', 'policies/guardrails/guard-rule.js', 'policies/classification/settings.js'],
      ...['policies/guardrails/content/settings.js', 'policies/guardrails/content/vocabulary.js'],
      ...['policies/guardrails/injection/settings.js', 'policies/guardrails/injection/families.js'],
      ...[
        'policies/guardrails/external/settings.js',
        'policies/services/transport.js',
        'policies/pii/external/analyzer-entities.js',
      ],
      ...['policies/audit/port.js', 'policies/audit/said.js', 'policies/audit/settings.js'],
    ],
    packages: [
      ...['node:', 'zod', 'yaml', 'pino', 'prom-client', 'ioredis'],
      ...['undici', '@swc/wasm-typescript'],
      ...['pg', '@clickhouse/client', '@aws-crypto/sha256-js', '@smithy/protocol-http', '@smithy/signature-v4'],
      ...['google-auth-library', '@aws-sdk/credential-provider-node', '@azure/identity'],
    ],
  },
  { files: /^extproc\//, project: ['core/', 'extproc/'], packages: ['node:', '@grpc/grpc-js'] },
  { files: /^relay\//, project: ['core/', 'relay/'], packages: ['node:', 'undici'] },
  // Its `main.ts` also takes how the dialects write errors.
  { files: /^plugins\/main\.ts$/, project: ['core/', 'plugins/', 'llm/dialects/'], packages: ['node:'] },
  { files: /^plugins\//, project: ['core/', 'plugins/'], packages: ['node:'] },
  { files: /^kong\//, project: ['core/', 'kong/', 'plugins/names.js'], packages: ['node:', 'yaml'] },
  { files: /^envoy\//, project: ['core/', 'envoy/', 'extproc/names.js'], packages: ['node:', 'yaml'] },
  // The demo providers are written apart from the codecs, so that they can serve as strict fakes of the vendors.
  { files: /^demo\//, project: ['demo/', 'core/json.js'], packages: ['node:', 'zod', 'openai', '@anthropic-ai/sdk'] },
  // What Tollgate is measured against must not change with it.
  { files: /^bench\/noop\/(processor|schema)\.ts$/, project: ['bench/noop/'], packages: ['node:', '@grpc/grpc-js'] },
  { files: /^bench\/proxy\//, project: ['bench/proxy/'], packages: ['node:'] },
  // What operators write, as they would.
  { files: /^examples\//, project: ['core/', 'policies/guardrails/guard.js'], packages: ['node:'] },
  // The composition root, tests and measurements put everything together.
  {
    files: /^(cli|test|bench|training)\//,
    project: [''],
    packages: ['node:', 'yaml', 'openai', '@anthropic-ai/sdk', '*'],
  },
]

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

/** The imports of `source` that its rule forbids, each as a sentence. */
function violations(file: string, source: string): readonly string[] {
  const rule = RULES.find(({ files }) => files.test(file))
  if (!rule) return [`${file} belongs to no layer`]
  const found = [...source.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '')
  return found.flatMap((name) => {
    const inside = name.startsWith('.')
    const path = inside ? posix.normalize(posix.join(posix.dirname(file), name)) : name
    const allowed = inside
      ? rule.project.some((prefix) => path.startsWith(prefix))
      : rule.packages.some(
          (known) => known === '*' || name === known || name.startsWith(known.endsWith(':') ? known : `${known}/`),
        )
    return allowed ? [] : [`${file} must not import ${name}`]
  })
}

function sourceFiles(): readonly string[] {
  const root = projectRoot()
  const ignored = new Set(['node_modules', 'dist'])
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !ignored.has(entry.name))
    .flatMap((entry) =>
      readdirSync(join(root, entry.name), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => posix.join(entry.name, name)),
    )
}

test('every import stays within its layer', () => {
  const files = sourceFiles()
  assert.ok(files.length > 50, 'the sources were found')
  const found = files.flatMap((file) => violations(file, readFileSync(join(projectRoot(), file), 'utf8')))
  assert.deepEqual(found, [])
})

test('the rules catch what they forbid', () => {
  const planted = [
    ['core/x.ts', "import { z } from 'zod'"],
    ['core/x.ts', "import { readFile } from 'node:fs'"],
    ['core/x.ts', "import type { A } from '../llm/a.js'"],
    ['llm/dialects/x.ts', "import { b } from '../../io/b.js'"],
    ['policies/pii/x.ts', "import { c } from '../../llm/dialects/c.js'"],
    ['policies/pii/x.ts', "export { c } from '../../llm/providers/index.js'"],
    ['policies/pii/detect/x.ts', "import { c } from '../../budget/match.js'"],
    ['policies/pii/x.ts', "import { c } from '../budget/ledger.js'"],
    ['io/x.ts', "import { d } from '../policies/index.js'"],
    ['extproc/x.ts', "import { e } from '../relay/e.js'"],
    ['extproc/x.ts', "import {\n  f,\n} from '../io/f.js'"],
    ['extproc/x.ts', "const g = await import('../llm/g.js')"],
    ['relay/x.ts', "import { i } from '../extproc/i.js'"],
    ['plugins/x.ts', "import { j } from '../llm/dialects/j.js'"],
    ['kong/x.ts', "import { k } from '../relay/k.js'"],
    ['bench/noop/processor.ts', "import { h } from '../../extproc/protobuf.js'"],
    ['bench/proxy/proxy.ts', "import { l } from '../../relay/l.js'"],
    ['elsewhere/x.ts', ''],
  ] as const
  for (const [file, source] of planted) assert.equal(violations(file, source).length, 1, `${file}: ${source}`)
})
