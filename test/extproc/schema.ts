import { createRequire } from 'node:module'

// The oracle: an independent implementation of the wire format, over a schema of the same fields.
const { parse } = createRequire(createRequire(import.meta.url).resolve('@grpc/proto-loader'))('protobufjs')
const { root } = parse(`
  syntax = "proto3";
  message HeaderValue { string key = 1; string value = 2; bytes raw_value = 3; }
  message HeaderMap { repeated HeaderValue headers = 1; }
  message Option { HeaderValue header = 1; int32 append_action = 3; }
  message Mutation { repeated Option set_headers = 1; repeated string remove_headers = 2; }
  message Streamed { bytes body = 1; bool end_of_stream = 2; }
  message BodyMutation { oneof m { bytes body = 1; bool clear_body = 2; Streamed streamed_response = 3; } }
  message Common { int32 status = 1; Mutation header_mutation = 2; BodyMutation body_mutation = 3; bool clear_route_cache = 5; }
  message Wrapped { Common response = 1; }
  message HttpStatus { int32 code = 1; }
  message Immediate { HttpStatus status = 1; Mutation headers = 2; bytes body = 3; }
  message Trailers { Mutation header_mutation = 1; }
  message Response { oneof r { Wrapped request_headers = 1; Wrapped response_headers = 2; Wrapped request_body = 3;
    Wrapped response_body = 4; Trailers request_trailers = 5; Trailers response_trailers = 6; Immediate immediate_response = 7; }
    Struct dynamic_metadata = 8; Mode mode_override = 9; }
  message Mode { int32 response_body_mode = 4; int32 response_trailer_mode = 6; }
  message HttpHeaders { HeaderMap headers = 1; bool end_of_stream = 3; }
  message HttpBody { bytes body = 1; bool end_of_stream = 2; }
  message Empty {}
  message ListValue { repeated Value values = 1; }
  message Value { oneof k { int32 null_value = 1; double number_value = 2; string string_value = 3; bool bool_value = 4;
    Struct struct_value = 5; ListValue list_value = 6; } }
  message Struct { map<string, Value> fields = 1; }
  message Metadata { map<string, Struct> filter_metadata = 1; map<string, Empty> typed_filter_metadata = 2; }
  message Request { oneof r { HttpHeaders request_headers = 2; HttpHeaders response_headers = 3; HttpBody request_body = 4;
    HttpBody response_body = 5; Trailers request_trailers = 6; Trailers response_trailers = 7; }
    Metadata metadata_context = 8; map<string, Struct> attributes = 9; bool observability_mode = 10; fixed64 future64 = 100; fixed32 future32 = 101; }
`)

/** A message of Envoy's, a `ProcessingRequest`. */
export function encodeRequest(message: object): Buffer {
  const type = root.lookupType('Request')
  return Buffer.from(type.encode(type.fromObject(message)).finish())
}

/** A message of the processor's, a `ProcessingResponse`, with bytes as base64. */
export function decodeResponse(message: Buffer): object {
  const type = root.lookupType('Response')
  return type.toObject(type.decode(message), { bytes: String })
}
