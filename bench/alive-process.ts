import { writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'
import { ALIVE_FILE } from './alive.js'

// Loaded into a process that is measured: at SIGUSR2 it collects all garbage, and writes how many bytes are left, its buffers' among them.
const file = process.env[ALIVE_FILE]
if (isMainThread && file !== undefined) {
  process.on('SIGUSR2', () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    collect()
    collect()
    const { heapUsed, external } = process.memoryUsage()
    writeFileSync(file, `${heapUsed + external}`)
  })
}
