import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { CHECK_STEPS, runCheck } from './check-steps.js'
import { Failure } from './failure.js'
import { projectRoot } from './project-root.js'
import { findEnvoy } from './setup-envoy.js'
import { findPostgres } from './setup-postgres.js'
import { findRedis } from './setup-redis.js'

/**
 * `npm test`: format, lint, types, dead code, then every test file, or those with one of `filters` in their path. Stops
 * at the first step that fails; node's test summary comes last. Returns the exit code.
 */
export async function test(filters: readonly string[]): Promise<number> {
  const root = projectRoot()
  for (const step of CHECK_STEPS) {
    const begun = performance.now()
    const { ok, output } = runCheck(step, root)
    if (!ok) {
      process.stdout.write(output)
      throw new Failure(`${step.name}: failed`)
    }
    console.log(`✔ ${step.name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`)
  }
  console.log(`✔ Envoy: ${await findEnvoy()}`)
  console.log(`✔ Redis: ${await findRedis()}`)
  console.log(`✔ Postgres: ${await findPostgres()}`)

  const files = testFiles(root).filter((file) => filters.length === 0 || filters.some((part) => file.includes(part)))
  if (files.length === 0) throw new Failure(`no test file has ${filters.join(' or ')} in its path`)
  console.log(`  ${files.length} test files`)
  const flags = [
    '--enable-source-maps',
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=2',
    '--test-timeout=300000',
  ]
  const ran = spawnSync(process.execPath, [...flags, ...files], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  return ran.status ?? 1
}

/** Compiled test files, relative to the root; one whose source is gone is left from an older build. */
function testFiles(root: string): readonly string[] {
  return readdirSync(join(root, 'dist', 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js'))
    .filter((file) => existsSync(join(root, 'test', file.replace(/\.js$/, '.ts'))))
    .map((file) => ['dist', 'test', file].join(sep))
    .sort()
}
