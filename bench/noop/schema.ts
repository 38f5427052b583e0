/**
 * The part of `envoy.service.ext_proc.v3` that the no-op processor uses, in protobufjs's JSON form. Field numbers are
 * those of Envoy's `external_processor.proto`; what is not listed is skipped when read.
 */
export const EXT_PROC_SCHEMA = {
  nested: {
    HeaderValue: {
      fields: {
        key: { type: 'string', id: 1 },
        value: { type: 'string', id: 2 },
        rawValue: { type: 'bytes', id: 3 },
      },
    },
    HeaderMap: { fields: { headers: { rule: 'repeated', type: 'HeaderValue', id: 1 } } },
    HttpHeaders: { fields: { headers: { type: 'HeaderMap', id: 1 }, endOfStream: { type: 'bool', id: 3 } } },
    HttpBody: { fields: { body: { type: 'bytes', id: 1 }, endOfStream: { type: 'bool', id: 2 } } },
    HttpTrailers: { fields: { trailers: { type: 'HeaderMap', id: 1 } } },
    ProcessingRequest: {
      fields: {
        requestHeaders: { type: 'HttpHeaders', id: 2 },
        responseHeaders: { type: 'HttpHeaders', id: 3 },
        requestBody: { type: 'HttpBody', id: 4 },
        responseBody: { type: 'HttpBody', id: 5 },
        requestTrailers: { type: 'HttpTrailers', id: 6 },
        responseTrailers: { type: 'HttpTrailers', id: 7 },
      },
    },
    StreamedBodyResponse: { fields: { body: { type: 'bytes', id: 1 }, endOfStream: { type: 'bool', id: 2 } } },
    BodyMutation: {
      fields: { body: { type: 'bytes', id: 1 }, streamedResponse: { type: 'StreamedBodyResponse', id: 3 } },
    },
    CommonResponse: { fields: { status: { type: 'uint32', id: 1 }, bodyMutation: { type: 'BodyMutation', id: 3 } } },
    HeadersResponse: { fields: { response: { type: 'CommonResponse', id: 1 } } },
    BodyResponse: { fields: { response: { type: 'CommonResponse', id: 1 } } },
    TrailersResponse: { fields: {} },
    ProcessingResponse: {
      fields: {
        requestHeaders: { type: 'HeadersResponse', id: 1 },
        responseHeaders: { type: 'HeadersResponse', id: 2 },
        requestBody: { type: 'BodyResponse', id: 3 },
        responseBody: { type: 'BodyResponse', id: 4 },
        requestTrailers: { type: 'TrailersResponse', id: 5 },
        responseTrailers: { type: 'TrailersResponse', id: 6 },
      },
    },
  },
}
