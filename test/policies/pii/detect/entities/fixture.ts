/** What texts say of one entity. */
export interface EntityFixture {
  readonly entity: string
  /** Texts in which exactly what stands between « and » is found as the entity. */
  readonly accepts: readonly string[]
  /** Texts in which the entity is not found. */
  readonly rejects: readonly string[]
}
