import { parentPort, workerData } from 'node:worker_threads'
import { type Environment, readConfiguration } from './configuration.js'
import { type ReadAside, readAndHash, type ToThread } from './read-aside.js'

// The thread of `asideReader`: reads one file whenever it is told to, and says what is in it.
const { path, env }: { readonly path: string; readonly env: Environment } = workerData

const read = (): ReadAside => {
  const hashes = new Map<string, string>()
  return { parsed: readConfiguration(path, env, readAndHash(hashes)), hashes }
}

parentPort?.on('message', (what: ToThread) => {
  if (what === 'read') return parentPort?.postMessage(read())
  // By the third time it is as quick as it gets.
  read()
  read()
})
