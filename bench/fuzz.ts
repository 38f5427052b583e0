import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Codec, everyCodec } from './fuzz-codecs.js'
import { randomFrom } from './fuzz-random.js'
import { alignedTable } from './table.js'

/** Inputs that a codec is given unless told otherwise. */
const COUNT = 1_000_000
/** Failures of one codec that are shown. */
const SHOWN = 3

interface Outcome {
  readonly name: string
  readonly seconds: number
  readonly failures: readonly { readonly seed: number; readonly error: unknown }[]
}

/** Gives a codec `count` inputs; input `i` is made from `seed + i` alone, so that a failure can be had again. */
export function fuzz({ name, run }: Codec, seed: number, count: number): Outcome {
  const began = performance.now()
  const failures: { seed: number; error: unknown }[] = []
  for (let i = 0; i < count; i++) {
    try {
      run(randomFrom(seed + i))
    } catch (error) {
      failures.push({ seed: seed + i, error })
    }
  }
  return { name, seconds: (performance.now() - began) / 1000, failures }
}

function main(): void {
  const { values } = parseArgs({
    options: { count: { type: 'string' }, codec: { type: 'string' }, seed: { type: 'string' } },
  })
  const count = Number(values.count ?? COUNT)
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
  const codecs = everyCodec().filter(({ name }) => name.includes(values.codec ?? ''))
  console.log(`seed ${seed}, ${count} inputs for each of ${codecs.length} codecs`)
  const outcomes = codecs.map((codec) => {
    const outcome = fuzz(codec, seed, count)
    console.log(`${outcome.name}: ${outcome.failures.length} failures, ${outcome.seconds.toFixed(1)} s`)
    for (const failure of outcome.failures.slice(0, SHOWN)) {
      console.log(`  --codec '${outcome.name}' --seed ${failure.seed} --count 1:`, failure.error)
    }
    return outcome
  })
  const rows = outcomes.map(({ name, failures, seconds }) => [
    name,
    String(count),
    String(failures.length),
    seconds.toFixed(1),
  ])
  console.log(alignedTable(['codec', 'inputs', 'failures', 'seconds'], rows))
  if (outcomes.some(({ failures }) => failures.length > 0)) process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
