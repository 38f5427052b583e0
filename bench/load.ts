import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findEnvoy } from '../cli/setup-envoy.js'
import { findNode } from '../cli/setup-node.js'
import type { GracefulClose } from './bootstrap.js'
import { type Child, startChild } from './child.js'
import {
  type Finding,
  hangUps,
  type LoadContext,
  loadConfig,
  manyRequests,
  manyStreams,
  providerResets,
  reloads,
  steadyMemory,
} from './load-checks.js'
import { loadTable, type Outcome } from './load-table.js'
import { startTollgate, type TollgateStack } from './tollgate.js'
import { emptyWorkspace } from './workspace.js'

/** The Node on which Envoy's reset of streams can be survived without the graceful-close flag. */
const NEWER_NODE = 24

/**
 * `npm run load`: volume on this Node and on Node 24, with and without Envoy's graceful gRPC close, memory over 50,000
 * requests, then hang-ups, provider resets and reloads under load. Returns 1 when a check fails. `--quick` sends a tenth.
 */
export async function main(args: readonly string[]): Promise<number> {
  const share = args.includes('--quick') ? 0.1 : 1
  const directory = emptyWorkspace('load')
  const envoyPath = await findEnvoy()
  const children: Child[] = []
  const child = (module: 'client' | 'provider', name: string): Child => {
    const started = startChild(module, join(directory, `${name}.log`))
    children.push(started)
    return started
  }
  try {
    const client = child('client', 'client')
    const ports = {
      steady: Number(await child('provider', 'steady').ask('port')),
      flaky: Number(await child('provider', 'flaky').ask('port')),
    }
    const outcomes: Outcome[] = []

    const check = async (name: string, work: () => Promise<Finding>): Promise<void> => {
      console.log(`${name} ...`)
      const finding = await work().catch((error: Error) => ({ problems: [error.message], detail: '' }))
      outcomes.push({ name, verdict: finding.problems.length === 0 ? 'passed' : 'failed', ...finding })
    }
    const withTollgate = async (variant: Variant, work: (context: LoadContext) => Promise<void>): Promise<void> => {
      const own = join(directory, variant.name.replaceAll(/[^\w.]+/g, '-'))
      mkdirSync(own)
      const { nodePath, gracefulClose } = variant
      const setup = { envoyPath, directory: own, providerPort: ports.steady, config: loadConfig(ports) }
      let stack: TollgateStack | undefined
      await check(`start, ${variant.name}`, async () => {
        stack = await startTollgate({ ...setup, nodePath, gracefulClose })
        return { problems: [], detail: '' }
      })
      if (stack === undefined) return
      try {
        await work({ client, stack, share })
      } finally {
        await stack.stop()
      }
    }

    for (const variant of await variants(outcomes)) {
      await withTollgate(variant, async (context) => {
        await check(`${count(20_000, share)} requests at 16, ${variant.name}`, () => manyRequests(context))
        await check(`${count(2000, share)} streams at 64, ${variant.name}`, () => manyStreams(context))
      })
    }
    const own: Variant = { name: 'under load', nodePath: process.execPath, gracefulClose: 'on' }
    await withTollgate(own, async (context) => {
      await check(`memory over ${count(50_000, share)} requests`, () => steadyMemory(context))
      await check(`${count(500, share)} hang-ups under load`, () => hangUps(context))
      await check('provider resets under load', () => providerResets(context))
      await check('reloads under load', () => reloads(context, ports))
    })
    console.log(`\n${loadTable(outcomes)}`)
    return outcomes.some(({ verdict }) => verdict === 'failed') ? 1 : 0
  } finally {
    await Promise.all(children.map((started) => started.stop()))
  }
}

interface Variant {
  readonly name: string
  readonly nodePath: string
  readonly gracefulClose: GracefulClose
}

async function variants(outcomes: Outcome[]): Promise<readonly Variant[]> {
  const current = [variant(process.execPath, 'on'), variant(process.execPath, 'off')]
  if (Number(process.versions.node.split('.')[0]) >= NEWER_NODE) return current
  const newer = await findNode(NEWER_NODE)
  if (newer !== undefined) return [...current, variant(newer, 'on')]
  const name = `Node ${NEWER_NODE}, graceful close on`
  outcomes.push({ name, verdict: 'skipped', problems: [], detail: 'no such Node for this machine' })
  return current
}

function variant(nodePath: string, gracefulClose: GracefulClose): Variant {
  const version = execFileSync(nodePath, ['--version'], { encoding: 'utf8' }).trim().slice(1)
  return { name: `Node ${version}, graceful close ${gracefulClose}`, nodePath, gracefulClose }
}

function count(full: number, share: number): string {
  return (full * share).toLocaleString('en-US')
}
