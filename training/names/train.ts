import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../cli/project-root.js'
import { writeModel } from '../../policies/pii/names/model.js'
import { readCorpus } from './corpus.js'
import { train } from './crf.js'
import { pack } from './pack.js'

const SLOTS = 1 << 16
const WEIGHTS = join('policies', 'pii', 'names', 'weights.ts')

/**
 * `npm run train:names -- --data DIR`: learns to tell names from the labelled texts in DIR (`pii/*.jsonl`, `names/*.csv`; see
 * docs/decisions/0015-names.md) and writes the weights into the sources. The same data give the same bytes.
 */
function main(args: readonly string[]): number {
  const at = args.indexOf('--data')
  const directory = args[at + 1]
  if (at < 0 || directory === undefined) {
    console.error('usage: npm run train:names -- --data DIR')
    return 1
  }
  const { examples, lists } = readCorpus(directory)
  const learned = train(examples, {
    epochs: 6,
    rate: 0.12,
    decay: 0.004,
    leastSeen: 4,
    blind: 0.45,
    report: console.log,
  })
  const bytes = writeModel(pack(learned, SLOTS, lists))
  const file = join(projectRoot(), WEIGHTS)
  writeFileSync(file, moduleOf(bytes))
  console.log(`${file}: ${bytes.length} bytes`)
  return 0
}

/** The weights as a module: the compiler puts it wherever the code goes. */
function moduleOf(bytes: Uint8Array): string {
  const head = `/** Written by training/names; where the data come from and their licences: docs/decisions/0015-names.md. */`
  return `${head}\nexport const WEIGHTS =\n  '${Buffer.from(bytes).toString('base64')}'\n`
}

process.exitCode = main(process.argv.slice(2))
