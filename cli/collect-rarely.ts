import { setFlagsFromString } from 'node:v8'

/**
 * Lets V8's old generation grow by half before it is collected as a whole. By itself V8 collects a small heap that grows slowly with every few megabytes,
 * and each time forgets the machine code of all functions that nobody holds at that moment: those that are made per request, of every kind of
 * request that has none open. See `docs/decisions/0039-full-collections.md`.
 */
export function collectRarely(): void {
  setFlagsFromString('--heap-growing-percent=50')
}
