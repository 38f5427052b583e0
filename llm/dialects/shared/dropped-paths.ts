/** So many are told of; more would fill no header, and nobody would read them. */
const MOST = 256

/** The paths of what could not be said, each once: the first 256. */
export class DroppedPaths extends Set<string> {
  override add(path: string): this {
    return this.size < MOST ? super.add(path) : this
  }
}
