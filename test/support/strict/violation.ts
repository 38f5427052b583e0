/** Why a vendor refuses a request, in the vendor's words; `code` and `param` where it names them. */
export class Violation extends Error {
  readonly status: number
  readonly param: string | null
  readonly code: string | null

  constructor(
    message: string,
    details: { readonly status?: number; readonly param?: string; readonly code?: string } = {},
  ) {
    super(message)
    this.status = details.status ?? 400
    this.param = details.param ?? null
    this.code = details.code ?? null
  }
}
