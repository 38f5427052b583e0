import { parentPort, workerData } from 'node:worker_threads'
import { type Environment, readConfiguration } from './configuration.js'

// The thread of `asideReader`: reads one file when it is told to, and says what is in it.
const { path, env }: { readonly path: string; readonly env: Environment } = workerData
parentPort?.once('message', () => parentPort?.postMessage(readConfiguration(path, env)))
